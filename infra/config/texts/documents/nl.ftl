### Nederlandse teksten van facturen op papier en van de e-factuur. Niveau B1, aanspreekvorm "u".
### Elke tekst staat met dezelfde naam en dezelfde variabelen in elke taal.

## Soort document

doc-annual = Jaarafrekening { $year }
doc-term = Termijnfactuur { $month }
doc-credit = Creditnota
doc-title = { $kind }, { $number }
doc-description = { $kind } van { $seller } voor klantnummer { $customer }
doc-foot = { $seller } · factuurnummer { $number }
doc-page-before = Pagina
doc-page-of = van
doc-logo = Logo van { $seller }
doc-xml = Deze factuur als UBL, om automatisch te verwerken
doc-case = De gegevens waarmee deze factuur is berekend

## Gegevens bovenaan

fact-number = Factuurnummer
fact-date = Factuurdatum
fact-customer = Klantnummer
fact-reference = Uw kenmerk
fact-period = Periode
fact-credits = Hoort bij factuur
fact-buyer-kvk = KvK-nummer
fact-buyer-oin = OIN
fact-buyer-vat = Btw-nummer
seller-kvk = KvK { $number }
seller-vat = Btw { $number }
seller-iban = IBAN { $number }
period = { $first } t/m { $last }

## De zin met het bedrag

headline-transfer = U betaalt { $amount } uiterlijk op { $day }
headline-debit = Wij schrijven { $amount } af op { $day }
headline-refund = Wij betalen { $amount } terug op { $day }
headline-zero = U hoeft niets te betalen
headline-credit-refund = Deze creditnota neemt een factuur van { $amount } terug
headline-credit-charge = Deze creditnota neemt een teruggave van { $amount } terug
headline-credit-zero = Deze creditnota neemt een factuur terug
lead-credit = Met deze creditnota vervalt factuur { $number } van { $day } helemaal. Alle bedragen hieronder zijn de bedragen van die factuur.
lead-term = Dit is de termijn van { $month }. Wij trekken dit bedrag af van uw jaarafrekening.
lead-addresses = { $count ->
    [one] Deze factuur gaat over één leveringsadres.
   *[other] Deze factuur gaat over { $count } leveringsadressen.
}
lead-use = U verbruikte { $use }.
lead-use-more = U verbruikte { $use }. Dat is { $difference } meer dan een jaar eerder.
lead-use-less = U verbruikte { $use }. Dat is { $difference } minder dan een jaar eerder.
lead-use-same = U verbruikte { $use }. Dat is evenveel als een jaar eerder.

## Zo is het bedrag opgebouwd

sum-title = Zo komen wij op dit bedrag
sum-use = { $name }, { $quantity }
sum-cost-net = Kosten zonder btw
sum-cost = Kosten met btw
sum-terms-request = Af: termijnen die wij hebben gevraagd
sum-terms-invoice = Af: termijnen die wij al hebben gefactureerd, met btw
sum-pay = U betaalt
sum-refund = U krijgt terug
sum-zero = Te betalen
sum-credited = Totaal van deze creditnota
sum-term = Termijn zonder btw
vat-title = Btw op deze factuur
vat-percent = Percentage
vat-base = Zonder btw
vat-amount = Btw
vat-exempt = 0% ({ $reason })
vat-total = Totaal

## Betalen

pay-title = Betalen
pay-transfer = Maak het bedrag over, of scan de code met de app van uw bank.
pay-transfer-bare = Maak het bedrag over.
pay-debit = U hoeft niets te doen. Het bedrag gaat vanzelf van uw rekening.
pay-refund = U hoeft niets te doen. Wij maken het bedrag over op { $day }.
pay-refund-account = U hoeft niets te doen. Wij maken het bedrag op { $day } over op rekening { $iban }.
pay-zero = U hoeft niets te doen.
pay-credit = U hoeft niets te doen. Wij verrekenen deze creditnota met de factuur die erbij hoort.
pay-amount = Bedrag
pay-iban = Rekening
pay-name = Op naam van
pay-reference = Betalingskenmerk
pay-day = Uiterlijk op
pay-debit-day = Datum
pay-debit-iban = Van rekening
pay-mandate = Machtiging
pay-creditor = Incassant-ID
pay-qr = Code om te betalen: { $amount } aan { $iban }, kenmerk { $reference }

## Nieuwe termijnen en schattingen, op de eerste pagina

new-terms-title = Uw nieuwe termijnbedrag
new-terms = Vanaf { $day } is uw termijn { $amount } per maand. De twaalf termijnen staan verderop in deze factuur.
new-terms-debit = Vanaf { $day } is uw termijn { $amount } per maand. Wij schrijven elke termijn af van rekening { $iban }, machtiging { $mandate }, incassant { $creditor }. De dagen staan verderop in deze factuur.
new-terms-none = U hebt voor het nieuwe jaar geen termijnen.
estimated-title = { $count ->
    [one] Wij hebben een meterstand geschat
   *[other] Wij hebben { $count } meterstanden geschat
}
estimated = Weet u de stand? Geef hem door met de link die u voor het adres kreeg, of bel { $phone }. Dan rekenen wij opnieuw en krijgt u een nieuwe afrekening.

## Overzicht van een verzamelfactuur

table-title = Overzicht van uw leveringsadressen
table-text = Een rij voor elk adres. Een * betekent dat een stand van dat adres is geschat.
table-text-term = Een rij voor elk adres.
table-address = Leveringsadres
table-reference = Kenmerk
table-use = Verbruik
table-cost = Kosten
table-terms = Al gefactureerd
table-net = Zonder btw
table-vat = Btw
table-incl = Met btw
table-prepaid = Termijnen
table-result = Resultaat
table-total = Totaal

## Specificatie

spec-title = Specificatie per leveringsadres
spec-title-one = Specificatie van uw leveringsadres
spec-id = Aansluiting
spec-reference = Uw kenmerk
spec-period = Periode
reading-meter = Meter
reading-from = Beginstand
reading-until = Eindstand
reading-use = Verbruik
reading-at = { $value } op { $day }, { $origin }
reading-estimated-note = Van deze meter kregen wij geen stand. Wij hebben die van { $day } geschat. Weet u de stand? Gebruik de link die u voor het adres kreeg, of bel ons.
reading-prorated-note = Een stand van een andere dag hebben wij herrekend naar { $day }.
reading-rollover-note = Meter { $meter } is tussen { $from } en { $until } rond geweest: na de hoogste stand begon hij weer bij nul.
reading-factor-note = Het verbruik van meter { $meter } is het verschil van de standen keer { $factor }.
origin-read = opgenomen
origin-customer = doorgegeven
origin-remote = op afstand gelezen
origin-installed = meter geplaatst
origin-removed = meter weggehaald
origin-prorated = herrekend
origin-estimated = geschat
origin-agreed = overeengekomen
line-what = Omschrijving
line-period = Dagen
line-quantity = Aantal
line-rate = Tarief
line-per = Per
line-vat = Btw
line-amount = Bedrag
line-terms = Termijnen die al gefactureerd zijn
line-term = Termijn
line-days = { $count } dagen
spec-net = Zonder btw
spec-vat = Btw
spec-incl = Met btw
spec-prepaid = Af: gevraagde termijnen
spec-pay = Te betalen voor dit adres
spec-refund = Terug voor dit adres

## Uitleg

explain-title = Uitleg bij uw factuur
why-title = Waarom is het bedrag anders dan vorig jaar?
why-text-pay = Vorig jaar was het resultaat { $before }. Nu is het { $now }. Een min betekent dat u geld terugkrijgt.
why-connections = Adressen die erbij kwamen of weggingen
why-use = U verbruikte meer of minder
why-rate = De tarieven veranderden
why-standing = Vaste kosten
why-tax = Belastingen en heffingen
why-vat = Btw
why-cost = Verschil in kosten
why-terms = Verschil in termijnen
why-payable = Verschil in wat u betaalt of terugkrijgt
terms-title = Uw twaalf nieuwe termijnen
terms-text = Wij verwachten dat u in een jaar { $use } verbruikt.
terms-request = Op de jaarafrekening trekken wij de termijnen af van de kosten.
terms-day = Dag
terms-amount = Bedrag
terms-vat = Waarvan btw
terms-bounded = Voor een of meer adressen geldt een laagste of hoogste bedrag per termijn.
rates-title = De tarieven op { $day }
rates-what = Tarief
rates-per = Per
rates-excl = Zonder btw
rates-incl = Met btw
rates-litre = liter
rates-year = jaar
rates-day = dag
rates-up-to = { $name }, tot { $limit } per jaar
rates-above = { $name }, boven { $limit } per jaar
use-title = Uw verbruik per jaar
use-what = Verbruik
use-water = Drinkwater
use-heat = Warmte
use-cooling = Koude
use-electricity = Elektriciteit
use-gas = Gas
use-this = Deze periode
use-last = Vorige periode
use-household = Gemiddeld huishouden
ask-title = Vragen?
ask-text = Mail of bel ons, met uw klantnummer en factuurnummer erbij.
ask-mail = E-mail
ask-phone = Telefoon
ask-website = Website
made-title = Gegevens van deze berekening
made-text = Met de bijlagen van deze pdf kunt u de factuur automatisch verwerken of narekenen.
made-rules = Rekenregels
made-tariff = Tarieven
made-template = Opmaak

## E-factuur

xml-pay-by = Te betalen op { $day }
xml-debit-on = Wordt afgeschreven op { $day }
xml-refund-on = Wordt terugbetaald op { $day }
xml-settled = Wordt verrekend
