### English texts of invoices on paper and of the e-invoice.
### Every text stands under the same name and with the same variables in every language.

## Kind of document

doc-annual = Annual settlement { $year }
doc-term = Term invoice { $month }
doc-credit = Credit note
doc-title = { $kind }, { $number }
doc-description = { $kind } of { $seller } for customer number { $customer }
doc-foot = { $seller } · invoice number { $number }
doc-page-before = Page
doc-page-of = of
doc-logo = Logo of { $seller }
doc-xml = This invoice as UBL, for automatic processing
doc-case = The figures from which this invoice was computed

## Facts at the top

fact-number = Invoice number
fact-date = Invoice date
fact-customer = Customer number
fact-reference = Your reference
fact-period = Period
fact-credits = Belongs to invoice
fact-buyer-kvk = KvK number
fact-buyer-oin = OIN
fact-buyer-vat = VAT number
seller-kvk = KvK { $number }
seller-vat = VAT { $number }
seller-iban = IBAN { $number }
period = { $first } to { $last }

## The sentence with the amount

headline-transfer = Please pay { $amount } by { $day }
headline-debit = We will debit { $amount } on { $day }
headline-refund = We will pay back { $amount } on { $day }
headline-zero = You have nothing to pay
headline-credit-refund = This credit note takes back an invoice of { $amount }
headline-credit-charge = This credit note takes back a refund of { $amount }
headline-credit-zero = This credit note takes back an invoice
lead-credit = This credit note cancels the whole of invoice { $number } of { $day }. All amounts below are those of that invoice.
lead-term = This is the term of { $month }. We will deduct it from your annual settlement.
lead-addresses = { $count ->
    [one] This invoice is about one delivery address.
   *[other] This invoice is about { $count } delivery addresses.
}
lead-use = You used { $use }.
lead-use-more = You used { $use }. That is { $difference } more than a year before.
lead-use-less = You used { $use }. That is { $difference } less than a year before.
lead-use-same = You used { $use }. That is as much as a year before.

## How the amount is made up

sum-title = How we arrive at this amount
sum-use = { $name }, { $quantity }
sum-cost-net = Cost without VAT
sum-cost = Cost with VAT
sum-terms-request = Less: terms that we asked for
sum-terms-invoice = Less: terms already invoiced, with VAT
sum-pay = You pay
sum-refund = You get back
sum-zero = To pay
sum-credited = Total of this credit note
sum-term = Term without VAT
vat-title = VAT on this invoice
vat-percent = Percentage
vat-base = Without VAT
vat-amount = VAT
vat-exempt = 0% ({ $reason })
vat-total = Total

## Paying

pay-title = Payment
pay-transfer = Transfer the amount, or scan the code with the app of your bank.
pay-transfer-bare = Transfer the amount.
pay-debit = You need not do anything. The amount will be taken from your account.
pay-refund = You need not do anything. We will transfer the amount on { $day }.
pay-refund-account = You need not do anything. On { $day } we will transfer the amount to account { $iban }.
pay-zero = You need not do anything.
pay-credit = You need not do anything. We will set this credit note off against the invoice that goes with it.
pay-amount = Amount
pay-iban = Account
pay-name = In the name of
pay-reference = Payment reference
pay-day = By
pay-debit-day = Date
pay-debit-iban = From account
pay-mandate = Mandate
pay-creditor = Creditor identifier
pay-qr = Code to pay with: { $amount } to { $iban }, reference { $reference }

## New terms and estimates, on the first page

new-terms-title = Your new term amount
new-terms = From { $day } your term is { $amount } a month. The twelve terms are further on in this invoice.
new-terms-debit = From { $day } your term is { $amount } a month. We debit each term from account { $iban }, mandate { $mandate }, creditor { $creditor }. The days are further on in this invoice.
new-terms-none = You have no terms for the new year.
estimated-title = { $count ->
    [one] We estimated a meter reading
   *[other] We estimated { $count } meter readings
}
estimated = Do you know the reading? Send it with the link that you got for the address, or call { $phone }. We will then compute again and send you a new settlement.

## Table of a collective invoice

table-title = Your delivery addresses
table-text = One row for each address. A * means that a reading of that address was estimated.
table-text-term = One row for each address.
table-address = Delivery address
table-reference = Reference
table-use = Use
table-cost = Cost
table-terms = Invoiced before
table-net = Without VAT
table-vat = VAT
table-incl = With VAT
table-prepaid = Terms
table-result = Result
table-total = Total

## Specification

spec-title = Specification by delivery address
spec-title-one = Specification of your delivery address
spec-id = Connection
spec-reference = Your reference
spec-period = Period
reading-meter = Meter
reading-from = Previous reading
reading-until = New reading
reading-use = Use
reading-at = { $value } on { $day }, { $origin }
reading-estimated-note = We got no reading of this meter. We estimated the one of { $day }. Do you know it? Use the link that you got for the address, or call us.
reading-prorated-note = We converted a reading of another day to { $day }.
reading-rollover-note = Between { $from } and { $until } meter { $meter } passed its highest reading and started again from zero.
reading-factor-note = The use of meter { $meter } is the difference of its readings times { $factor }.
origin-read = read by us
origin-customer = sent in
origin-remote = read remotely
origin-installed = meter installed
origin-removed = meter removed
origin-prorated = converted
origin-estimated = estimated
origin-agreed = agreed
line-what = Description
line-period = Days
line-quantity = Quantity
line-rate = Rate
line-per = Per
line-vat = VAT
line-amount = Amount
line-terms = Terms already invoiced
line-term = Term
line-days = { $count } days
spec-net = Without VAT
spec-vat = VAT
spec-incl = With VAT
spec-prepaid = Less: terms asked for
spec-pay = To pay for this address
spec-refund = Back for this address

## Explanation

explain-title = About your invoice
why-title = Why does the amount differ from last year's?
why-text-pay = Last year the result was { $before }. Now it is { $now }. A minus means that you get money back.
why-connections = Addresses that came or went
why-use = You used more or less
why-rate = Rates changed
why-standing = Standing charges
why-tax = Taxes and levies
why-vat = VAT
why-cost = Change in cost
why-terms = Change in terms
why-payable = Change in what you pay or get back
terms-title = Your twelve new terms
terms-text = We expect that you use { $use } in a year.
terms-request = On the annual settlement we deduct the terms from the cost.
terms-day = Day
terms-amount = Amount
terms-vat = Of which VAT
terms-bounded = A lowest or highest amount per term holds for one or more addresses.
rates-title = The rates on { $day }
rates-what = Rate
rates-per = Per
rates-excl = Without VAT
rates-incl = With VAT
rates-litre = litre
rates-year = year
rates-day = day
rates-up-to = { $name }, up to { $limit } a year
rates-above = { $name }, above { $limit } a year
use-title = Your use in a year
use-what = Use
use-water = Drinking water
use-heat = Heat
use-cooling = Cooling
use-electricity = Electricity
use-gas = Gas
use-this = This period
use-last = Previous period
use-household = Average household
ask-title = Questions?
ask-text = Mail or call us, and give your customer number and invoice number.
ask-mail = Mail
ask-phone = Phone
ask-website = Website
made-title = Data of this computation
made-text = With the attachments of this PDF you can process or recompute the invoice.
made-rules = Rules
made-tariff = Rates
made-template = Template

## E-invoice

xml-pay-by = To be paid by { $day }
xml-debit-on = Will be debited on { $day }
xml-refund-on = Will be paid back on { $day }
xml-settled = Will be set off
