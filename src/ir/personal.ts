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

const words = (text: string): readonly string[] => text.split(" ");

/** What `text invented` can make. */
export const inventedKinds: readonly string[] = words(
  "name first_name last_name email username phone address street city postcode country iban ssn bic card company job url ip mac uuid product color isbn plate vin sentence paragraph word",
);

/** The locales that it knows: those of `@faker-js/faker`, which checking does not load. */
export const inventedLocales: readonly string[] = words(
  "af_ZA ar az bn_BD cs_CZ cy da de de_AT de_CH dv el en en_AU en_AU_ocker en_BORK en_CA en_GB en_GH en_HK en_IE en_IN en_NG en_NP en_US en_ZA eo es es_MX fa fi fr fr_BE fr_CA fr_CH fr_LU fr_SN he hr hu hy id_ID it ja ka_GE ko ku_ckb ku_kmr_latin lv mk mn_MN_cyrl nb_NO ne nl nl_BE pl pt_BR pt_PT ro ro_MD ru sk sl_SI sr_RS_latin sv ta_IN th tr uk ur uz_UZ_latin vi yo_NG zh_CN zh_TW zu_ZA",
);

/** What `text invented "name de"` asks for; the locale is `en` where none is said. */
export function readInvented(text: string): { readonly kind: string; readonly locale: string } {
  const [word = "", locale = "en"] = text.trim().split(/\s+/);
  return { kind: word.toLowerCase().replaceAll("-", "_"), locale };
}
