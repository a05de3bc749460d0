/** An amount in a currency, such as `1,234.50 USD`. */
export function moneyText(amount: number, currency: string): string {
  const text = amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${text} ${currency}`;
}
