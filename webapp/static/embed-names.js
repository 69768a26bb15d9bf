// What a tool knows of the customer, as variables of canned replies.

// In Vietnam the family name comes first; these are nine tenths of all.
const FAMILY = /^(Nguy[eễ]n|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|V[ũõ]|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý)\s/;

export function variablesOf(name, email, conversation) {
  const words = (name ?? "").trim().split(/\s+/);
  if (FAMILY.test(name)) words.reverse();
  const known = {
    "customer.name": name,
    "customer.first_name": words[0],
    "customer.last_name": words[1] && words.at(-1),
    "customer.email": email,
    "conversation.id": conversation && String(conversation),
  };
  return Object.fromEntries(Object.entries(known).filter((each) => each[1]));
}
