/** Luhn's check (ISO/IEC 7812) over a string of digits. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Lengths of IBANs by country (ISO 13616 registry). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 " +
    "EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 " +
    "PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 " +
    "VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** An IBAN of its country's length whose check digits are right (ISO 7064 MOD 97-10). */
export function iban(text: string): boolean {
  const plain = text.replaceAll(" ", "").toUpperCase();
  if (ibanLengths[plain.slice(0, 2)] !== plain.length) return false;
  let rest = 0;
  for (const sign of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    if (Number.isNaN(value)) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** A number of a payment card: 13 to 19 digits that begin as cards do and pass Luhn's check. */
export function card(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, "");
  if (!/^(?:4|5[1-5]|2[2-7]|3[4-7]|6)\d{11,18}$/.test(digits)) return false;
  return digits.length >= 13 && !/^(\d)\1+$/.test(digits) && luhn(digits);
}

/** A U.S. social security number in a range that is given out. */
export function socialSecurity(text: string): boolean {
  const parts = /^(\d{3})-(\d{2})-(\d{4})$/.exec(text);
  if (parts === null) return false;
  const [, area = "", group = "", serial = ""] = parts;
  return area !== "000" && area !== "666" && area < "900" && group !== "00" && serial !== "0000";
}

/** An IPv4 address. */
export function address(text: string): boolean {
  return text.split(".").every((part) => Number(part) <= 255);
}
