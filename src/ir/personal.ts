/** Words in a column's name that tell of personal text, and the kind that is invented for them. */
const personal: readonly (readonly [RegExp, string])[] = [
  [/e[-_]?mail/i, "email"],
  [/phone|mobile|telephone|fax/i, "phone"],
  [/iban|account[-_]?(number|no)/i, "iban"],
  [/credit[-_]?card|card[-_]?(number|no)|(^|_)pan$/i, "card"],
  [/(^|_)(ssn|social[-_]?security|passport|national[-_]?id)/i, "ssn"],
  [/street|(^|_)address/i, "address"],
  [/(^|_)(name|surname|firstname|lastname|first_name|last_name|full_name)$/i, "name"],
];

/** The kind of personal text that a column's name tells of, as `text invented` knows it. */
export function personalKind(column: string): string | undefined {
  return personal.find(([pattern]) => pattern.test(column))?.[1];
}
