### Nederlandse teksten van pagina's en mails. Niveau B1, aanspreekvorm "u".
### Elke tekst staat met dezelfde naam en dezelfde variabelen in elke taal.

## Woorden

language-name = Nederlands
meter-water = watermeter
meter-heat = warmtemeter
meter-cooling = koudemeter
meter-electricity = elektriciteitsmeter
meter-gas = gasmeter
meter-any = meter
meter-label-water = Watermeter { $number }
meter-label-heat = Warmtemeter { $number }
meter-label-cooling = Koudemeter { $number }
meter-label-electricity = Elektriciteitsmeter { $number }
meter-label-gas = Gasmeter { $number }
commodity-water = water
commodity-heat = warmte
commodity-cooling = koude
commodity-electricity = stroom
commodity-gas = gas
register-one = Stand
register-consumption-single = Verbruik
register-consumption-low = Verbruik, laag tarief
register-consumption-high = Verbruik, normaal tarief
register-feed-in-single = Teruglevering
register-feed-in-low = Teruglevering, laag tarief
register-feed-in-high = Teruglevering, normaal tarief
register-named = { $label } (telwerk { $name })
time = { $hour }.{ $minute } uur
time-summer = { $hour }.{ $minute } uur zomertijd
time-winter = { $hour }.{ $minute } uur wintertijd
day-and-time = { $day }, { $time }
list-and = { $before } en { $last }
years-from-to = { $first } tot en met { $last }

## Elke pagina

page-title = { $title } – { $utility }
page-title-error = Fout: { $title } – { $utility }
skip = Naar de inhoud
contact-title = Vragen?
contact-hours = Wij zijn bereikbaar: { $hours }

## De vraag

q-title = Wat is de stand van uw { $meter }?
q-title-registers = Wat zijn de standen van uw { $meter }?
q-title-meters = Wat zijn de standen van uw meters?
q-hint = Vul alleen de zwarte cijfers in, bijvoorbeeld { $example }.
q-hint-all = Vul alle cijfers in, bijvoorbeeld { $example }.
q-hint-display = Vul alleen de cijfers vóór de komma in, bijvoorbeeld { $example }.
q-hint-decimals = Vul ook de cijfers achter de komma in, bijvoorbeeld { $example }.
q-prev = Op { $day } was de stand { $reading }.
q-prev-est = Op { $day } hebben wij de stand geschat: { $reading }.
q-prev-installed = Deze meter hangt er sinds { $day }. De beginstand was { $reading }.
q-exchanged = Uw meter is op { $day } vervangen. Wij vragen de stand van de nieuwe meter.
q-deadline = Dit kan tot en met { $deadline }. Krijgen wij geen stand, dan maken wij een schatting.
q-received = Aanpassen kan tot wij uw jaarafrekening maken.
q-button = Stand doorgeven
q-button-many = Standen doorgeven
q-date = Ik heb de meter op een andere dag afgelezen
q-date-legend = Op welke dag hebt u de meter afgelezen?
q-date-day = Dag
q-date-month = Maand
q-date-year = Jaar
q-cannot = Ik kan de meter niet aflezen
received = Wij ontvingen { $reading } op { $at }.
received-hidden = Wij ontvingen uw stand op { $at }.
received-register = { $label }: { $reading }
received-correct = Klopt dit niet? Vul hieronder de juiste stand in.
received-receipt = Bekijk het ontvangstbewijs
late = De laatste dag was { $deadline }. U kunt uw stand nog doorgeven. Wij gebruiken die dan in plaats van een schatting.
invoiced = Uw jaarafrekening is al gemaakt. Geef uw stand door, dan rekenen wij opnieuw en krijgt u een nieuwe afrekening.

## De tekening van de meter

drawing-wheels = Telwerk met { $wheels ->
    [one] { $wheels } zwart cijfer
   *[other] { $wheels } zwarte cijfers
}
drawing-display = Scherm van de meter
drawing-skip = niet invullen

## Fouten

err-title = Controleer uw antwoord. Uw stand is nog niet opgeslagen.
err-prefix = Fout:
err-empty = Vul de meterstand in
err-digits = Gebruik alleen cijfers, bijvoorbeeld { $example }
err-dot = U vulde { $typed } in. Typ de stand zonder punt of komma
err-many = Uw meter heeft { $wheels } { $wheels ->
    [one] zwart cijfer
   *[other] zwarte cijfers
}. U vulde er { $entered } in. Laat de rode cijfers weg
err-many-all = Uw meter heeft { $wheels } { $wheels ->
    [one] cijfer
   *[other] cijfers
} vóór de komma. U vulde er { $entered } in
err-choose = Kies een antwoord
err-date = Vul een datum in van { $from } tot en met vandaag
err-new-meter = Vul het nummer in dat op de nieuwe meter staat

## Een stand die bevestigd moet worden

unusual = Klopt deze meterstand?
unusual-use = U vulde { $entered } in. Dat is { $used } sinds { $since }. Het jaar ervoor gebruikte u { $usual }.
unusual-entered = U vulde { $entered } in. Dat is { $used } sinds { $since }.
entered-hidden = U vulde { $entered } in.
equal = De stand is gelijk aan die van { $since }. Dan is er geen { $commodity } gebruikt. Klopt dat?
below = Deze stand is lager dan de vorige. Wat is er gebeurd?
below-estimate = U vulde { $entered } in. Dat is lager dan onze schatting voor { $since }: { $previous }. Klopt dat?
conflict = Om { $time } kregen wij al een stand: { $theirs }. U vulde { $entered } in. Welke stand klopt?
conflict-hidden = Om { $time } kregen wij al een andere stand. U vulde { $entered } in. Welke stand klopt?
conflict-theirs-hidden = De stand die wij op { $at } ontvingen
conflict-theirs = { $reading }, ontvangen op { $at }
conflict-mine = { $reading }, wat u nu invulde
check-lower = Deze stand is lager dan de vorige ({ $previous } op { $date }). Kijkt u naar de juiste meter?
check-impossible = Dat zou een verbruik van { $use } zijn; dat kan deze aansluiting niet leveren.
check-high = U gebruikte dan { $use }; gewoonlijk is dat ongeveer { $usual }. Klopt dat?
check-low = U gebruikte dan { $use }; gewoonlijk is dat ongeveer { $usual }. Klopt dat?
check-zero = Dit is dezelfde stand als de vorige keer. Was er geen verbruik?
check-suggest = Ik bedoelde { $value }
check-other-meter = Deze stand past bij { $meter }. Keek u naar die meter?
yes = Ja, dit staat op mijn meter
no = Nee, ik pas de stand aan
exchanged = Mijn meter is vervangen
rolled = De meter is na { $highest } weer bij { $zero } begonnen
prev-wrong = De vorige stand klopt niet
unknown = Ik weet het niet, maar dit staat op mijn meter
red = Ik vulde ook de rode cijfers in. De stand is { $reading }
leak = Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
new-meter = Nummer van de nieuwe meter
new-meter-hint = Alleen als uw meter is vervangen. Het nummer staat op de meter.
doubt-button = Verder

## Ontvangen

receipt = Wij hebben uw meterstand ontvangen
receipt-next = Bewaar dit ontvangstnummer. Klopt de stand niet? Pas hem aan tot wij uw jaarafrekening maken.
receipt-number = Ontvangstnummer
receipt-address = Adres
receipt-read-on = Afgelezen op
receipt-received = Ontvangen op
receipt-via = Doorgegeven
receipt-colleague = via een collega
receipt-replaces = Vervangt
receipt-new-meter = Nummer van de nieuwe meter: { $number }
receipt-cut = De cijfers achter de komma hebben wij weggelaten.
receipt-correct = Stand aanpassen

## De meter kan niet worden afgelezen

cannot = Waarom kunt u de meter niet aflezen?
cannot-meters = Welke meter is het?
cannot-unreadable = Het venster is beslagen of kapot
cannot-unreachable = Ik kan er niet bij
cannot-not-found = Ik kan de meter niet vinden
cannot-other-number = Mijn meter heeft een ander nummer
cannot-not-my-address = Dit is niet mijn adres
cannot-button = Versturen
cannot-back = Terug naar de vraag
cannot-done = Wij weten het nu. U krijgt geen herinnering meer voor dit adres. Lukt het later wel? Gebruik dan deze link.

## Een collega vragen

q-ask = Vraag het een collega
ask = Wat is het e-mailadres van uw collega?
ask-done = Wij sturen uw collega een link voor alleen dit adres.
ask-example = Bijvoorbeeld naam@voorbeeld.nl. Wij gebruiken het alleen hiervoor.
ask-button = Link versturen
ask-asked = Aan wie u het vroeg
ask-sent = Gevraagd op { $day }
ask-used = Gevraagd op { $day }, heeft een stand doorgegeven
ask-declined = Gevraagd op { $day }, zei: dit is niet mijn adres
ask-revoked = Gevraagd op { $day }, de link is ingetrokken
ask-full = U vroeg het al drie collega's. Trek eerst een link in.
ask-spent = U vroeg het vijf collega's. Meer kan niet via deze link.
ask-nothing = Van dit adres hebben wij al een stand. U hoeft niets te vragen.
revoke = Ja, trek de link van { $mailbox } in
overview = Voor welke adressen vraagt u het een collega?
overview-hint = U ziet de adressen waarvan wij nog geen stand hebben. Uw collega krijgt één e-mail met een link voor alleen deze adressen.
overview-all = Alle { $n } adressen
overview-email = Wat is het e-mailadres van uw collega?
overview-nothing = Wij missen geen stand van uw adressen. U hoeft niets te vragen.
overview-offer = Voor meer adressen tegelijk
overview-offer-hint = Wij sturen u een overzicht van uw adressen, naar het e-mailadres dat wij van u kennen. De link daarin werkt één dag.
overview-offer-tick = Ja, stuur mij het overzicht
overview-offer-button = Overzicht sturen
overview-sent = Het overzicht is op { $at } aangevraagd. Wij sturen het naar het e-mailadres dat wij van u kennen.
ask-for = { $n ->
    [one] { $n } adres
   *[other] { $n } adressen
}
revoke-all = Ja, trek alle links in
err-overview = Zet een vinkje als u het overzicht wilt krijgen
err-no-recipient = Wij kennen geen e-mailadres van u. Bel ons als u het overzicht wilt krijgen
err-addresses = Kies ten minste één adres
list = Van welk adres geeft u de stand door?
list-hint = Kies een adres. Daarna komt u hier terug voor het volgende.
list-received = Ontvangen
list-back = Naar alle adressen
revoke-title = Een link intrekken
revoke-button = Intrekken
err-email = Vul een e-mailadres in, bijvoorbeeld naam@voorbeeld.nl
err-ask = Controleer uw antwoord. Er is niets verstuurd.
err-revoke = Kies welke link u intrekt

## Pagina's zonder formulier

not-open-title = U kunt nog geen stand doorgeven
not-open = Vanaf { $day } kunt u met deze link uw meterstand doorgeven.
not-open-refused = Wat u stuurde, is niet opgeslagen. Vanaf { $day } kunt u met deze link uw meterstand doorgeven.
correcting-title = Wij rekenen opnieuw
correcting = Wij hebben uw stand ontvangen. U krijgt een nieuwe afrekening. Daarna kunt u via deze link weer een stand doorgeven.
correcting-refused = Uw stand is niet opgeslagen. Wij rekenen opnieuw met de stand die wij al kregen. Klopt die niet? Geef uw stand door als u de nieuwe afrekening hebt.
closed-title = Deze link is gesloten
closed = Via deze link kunt u geen stand meer doorgeven. Bel ons als uw stand niet klopt.
ended-title = Wij hebben geen meterstand nodig
ended = U bent op dit adres geen klant meer sinds { $since }. Wij hebben geen meterstand van u nodig.
ended-withdrawn = Wij vragen u niet meer om de stand van deze meter. U hoeft niets te doen.
not-found-title = Deze pagina is er niet
not-found = Deze link werkt niet. Staat hij op twee regels? Kopieer dan de hele link. Of gebruik de link in onze nieuwste e-mail.
too-many-title = Te veel pogingen
too-many = U probeerde het te vaak. Probeer het over een uur opnieuw.
try-later-title = Het lukt nu niet
try-later = Uw stand is niet opgeslagen. Probeer het over een minuut opnieuw.
again-label = U vulde in
again-button = Opnieuw proberen
bad-request-title = Wij kunnen dit formulier niet lezen
bad-request = Uw stand is niet opgeslagen. Open de link in onze e-mail en vul de stand opnieuw in.
forbidden-title = Dit formulier komt van een andere website
forbidden = Uw stand is niet opgeslagen. Open de link in onze e-mail en vul de stand daar in.
method-title = Dit kan niet met deze link
method = Er is niets opgeslagen. Open de link in onze e-mail.
too-large-title = Dit formulier is te groot
too-large = Uw stand is niet opgeslagen. Open de link in onze e-mail en vul alleen de stand in.
media-title = Wij kunnen dit formulier niet lezen
media = Uw stand is niet opgeslagen. Open de link in onze e-mail in een gewone browser.

## Oproep en herinneringen

mail-call-subject = { $n ->
    [one] Geef uw { $meter }stand door, uiterlijk { $d }
   *[other] Geef uw { $n } { $meter }standen door, uiterlijk { $d }
}
mail-first-subject = { $n ->
    [one] Herinnering: uw meterstand ontbreekt nog
   *[other] Herinnering: { $n } meterstanden ontbreken nog
}
mail-between-subject = { $k ->
    [one] Nog { $k } dag
   *[other] Nog { $k } dagen
} voor uw { $n ->
    [one] meterstand
   *[other] { $n } meterstanden
}
mail-last-subject = Laatste herinnering: zonder meterstand schatten wij uw verbruik
mail-part-subject = { $subject } (deel { $part } van { $parts })
mail-part = Dit is deel { $part } van { $parts }.
mail-preheader = Uiterlijk { $d }. Inloggen is niet nodig.
mail-greeting = Beste klant,
mail-greeting-colleague = Goedendag,
mail-call-lead = Wij vragen u één keer per jaar om uw meterstand. Wij hebben hem nodig uiterlijk { $d }. U hoeft niet in te loggen: elke link hoort bij één adres.
mail-reminder-lead = { $n ->
    [one] Van dit adres
   *[other] Van deze adressen
} ontvingen wij nog geen meterstand. Doorgeven kan tot en met { $d }.
mail-between-add = Lukt aflezen niet? Open de link en kies 'Ik kan de meter niet aflezen'.
mail-last-add = Ontvangen wij niets, dan schatten wij uw jaarverbruik met uw verbruik van eerdere jaren.
mail-how = Vul alleen de cijfers vóór de komma in (zwart). Laat rode cijfers weg.
mail-forward = Geeft een ander de stand door? Stuur deze e-mail door en laat alleen de adressen staan die voor hem of haar zijn.
mail-link = Meterstand doorgeven voor { $address }
mail-colleague = gevraagd aan een collega op { $day }
mail-tail = Alle standen uiterlijk { $d }. Al doorgegeven na { $time }? Dan kruiste dit bericht uw stand.
mail-contact = Vragen? Bel { $phone } ({ $hours }) of mail { $email }.
mail-customer = Klantnummer { $customer }
mail-real = Twijfelt u of deze e-mail van ons is? De link begint altijd met https://{ $host }/m/. Wij vragen nooit om uw bankgegevens.

## Bevestiging en schatting

mail-receipt-subject = { $n ->
    [one] Meterstand ontvangen: { $address }
   *[other] { $n } meterstanden ontvangen
}
mail-receipt-line = Wij ontvingen op { $t } de stand { $value } voor { $address }, meter { $meter }. Nummer { $receipt }. Niet goed? Via dezelfde link past u hem aan tot en met { $d }.
mail-delegation-subject = { $brand }: wilt u de meterstand doorgeven voor { $n ->
    [one] { $n } adres
   *[other] { $n } adressen
}?
mail-delegation-lead = De klant van { $brand } op { $n ->
    [one] dit adres
   *[other] deze adressen
} vraagt u de meterstand door te geven. { $n ->
    [one] Deze link werkt
   *[other] Deze links werken
} tot en met { $d }. Verwacht u dit niet? Dan hoeft u niets te doen.
mail-delegation-rest = { $n ->
    [one] Nog { $n } adres staat op deze pagina:
   *[other] Nog { $n } adressen staan op deze pagina:
}
mail-overview-subject = Kies voor welke adressen een collega de meterstand doorgeeft
mail-overview-lead = Via een van uw links vroeg iemand om dit overzicht. Hiermee vraagt u een collega om de meterstand van meer adressen tegelijk. De link werkt tot { $until }. Vroeg u hier niet om? Dan hoeft u niets te doen.
mail-overview-warning = Stuur deze e-mail niet door: wie de link heeft, ziet al uw adressen.
mail-overview-link = Adressen kiezen
mail-estimated-subject = Wij hebben uw meterstand geschat: klopt het niet, geef hem dan nog door
mail-estimated-lead = { $n ->
    [one] Van { $n } adres
   *[other] Van { $n } adressen
} kwam geen stand. Wij schatten:
mail-estimated-line = { $address }: { $value } op { $day }
mail-estimated-end = Klopt dit niet, geef de echte stand door vóór wij op { $day } de rekening maken.

## Hoe wij een stand schatten

estimate-missing = Wij hebben geen meterstand van u ontvangen.
estimate-result = Wij schatten uw verbruik op { $use } (waarschijnlijk tussen { $low } en { $high }).
estimate-own = Daarvoor keken wij naar uw eigen verbruik in { $years }; het laatste jaar telt het zwaarst.
estimate-one-year = Daarvoor keken wij naar uw verbruik in { $year } en een beetje naar vergelijkbare huishoudens.
estimate-norm-persons = Wij kennen uw verbruik nog niet en gebruiken het gemiddelde van een huishouden van { $persons } { $persons ->
    [one] persoon
   *[other] personen
}.
estimate-norm = Wij kennen uw verbruik nog niet en gebruiken het gemiddelde van vergelijkbare aansluitingen.
estimate-address = U woont hier nog kort; wij gebruiken het gemiddelde van vergelijkbare woningen en wat op dit adres gebruikelijk is.
estimate-vacant = Vorig jaar was er geen verbruik; daarom rekenen wij nu ook geen verbruik. Is het pand bewoond? Geef dan de stand door.
estimate-from-estimates = Wij hebben alleen eerdere schattingen. Geef alstublieft de echte stand door.
estimate-cohort-less = Vergelijkbare klanten verbruikten dit jaar { $percent } minder; dat is meegerekend.
estimate-cohort-more = Vergelijkbare klanten verbruikten dit jaar { $percent } meer; dat is meegerekend.
estimate-outlier = { $years } { $n ->
    [one] week sterk af en is
   *[other] weken sterk af en zijn
} niet meegeteld.
estimate-level-shift = Uw verbruik is sinds twee jaar duidelijk anders; oudere jaren tellen niet mee.
estimate-disagree = Uw laatste twee jaren verschillen sterk; daarom is de schatting onzeker.
estimate-marked-out = { $years } { $n ->
    [one] telt
   *[other] tellen
} niet mee, omdat er toen iets bijzonders was (bijvoorbeeld een lek).
estimate-held = Onze vorige schatting was waarschijnlijk te hoog; wij rekenen nu geen extra verbruik.
estimate-partial = Wij kennen minder dan een half jaar van uw verbruik; de rest is een gemiddelde.
estimate-second = Dit is het tweede jaar op rij zonder meterstand.
estimate-third = Dit is minstens het derde jaar op rij zonder meterstand; wij maken een afspraak om de meter af te lezen.
estimate-correct = Klopt dit niet? Geef de stand alsnog door: dan rekenen wij opnieuw.

## Factuur

mail-invoice-pay-subject = Uw jaarafrekening { $year }: { $amount } te betalen
mail-invoice-refund-subject = Uw jaarafrekening { $year }: { $amount } terug
mail-invoice-zero-subject = Uw jaarafrekening { $year }: niets te betalen
mail-invoice-term-subject = Uw termijnfactuur { $month }: { $amount }
mail-invoice-credit-subject = Uw creditnota: { $amount }
mail-invoice-transfer = U betaalt { $amount } uiterlijk op { $day }.
mail-invoice-debit = Wij schrijven { $amount } af op { $day }.
mail-invoice-refund = Wij betalen { $amount } terug op { $day }.
mail-invoice-zero = U hoeft niets te betalen.
mail-invoice-credit = Hierbij krijgt u een creditnota van { $amount }.
mail-invoice-credits = Hiermee vervalt factuur { $number } van { $day }. U hoeft niets te doen.
mail-invoice-pay-to = Maak het bedrag over naar { $iban } op naam van { $name }, met betalingskenmerk { $number }.
mail-invoice-debit-by = U hoeft niets te doen. Machtiging { $mandate }, incassant-ID { $creditor }, betalingskenmerk { $number }.
mail-invoice-reference = U hoeft niets te doen. Betalingskenmerk { $number }.
mail-invoice-cost = Uw kosten waren { $cost }.
mail-invoice-cost-terms = Uw kosten waren { $cost }. Daar gaan uw termijnen af: { $terms }.
mail-invoice-term = Dit is de termijn van { $month }. Wij trekken dit bedrag af van uw jaarafrekening.
mail-invoice-new = Uw nieuwe termijn is { $amount } per maand, vanaf { $day }.
mail-invoice-new-none = U hebt voor het nieuwe jaar geen termijnen.
mail-invoice-new-debit = Wij schrijven uw nieuwe termijnen af met machtiging { $mandate }, incassant-ID { $creditor }:
mail-invoice-new-days = { $amount } op { $days }
mail-invoice-addresses = Deze factuur gaat over { $n } leveringsadressen. { $estimated ->
    [0] Alle meterstanden zijn opgenomen of doorgegeven.
    [one] Van één adres hebben wij de meterstand geschat.
   *[other] Van { $estimated } adressen hebben wij de meterstand geschat.
}
mail-invoice-estimated = Wij hebben uw meterstand geschat. Weet u de stand? Geef hem dan door.
mail-invoice-correction = Klopt een meterstand niet? Geef dan de goede door.
mail-invoice-attached = Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.
mail-invoice-attached-zip = Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) in een zip-bestand om automatisch te verwerken.
