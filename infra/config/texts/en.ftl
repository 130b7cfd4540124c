### English texts of pages and mails. The same ids and variables as in nl.ftl.

## Words

language-name = English
meter-water = water meter
meter-heat = heat meter
meter-cooling = cooling meter
meter-electricity = electricity meter
meter-gas = gas meter
meter-any = meter
meter-label-water = Water meter { $number }
meter-label-heat = Heat meter { $number }
meter-label-cooling = Cooling meter { $number }
meter-label-electricity = Electricity meter { $number }
meter-label-gas = Gas meter { $number }
commodity-water = water
commodity-heat = heat
commodity-cooling = cooling
commodity-electricity = electricity
commodity-gas = gas
register-one = Reading
register-consumption-single = Use
register-consumption-low = Use, low tariff
register-consumption-high = Use, normal tariff
register-feed-in-single = Feed-in
register-feed-in-low = Feed-in, low tariff
register-feed-in-high = Feed-in, normal tariff
register-named = { $label } (register { $name })
time = { $hour }:{ $minute }
time-summer = { $hour }:{ $minute } summer time
time-winter = { $hour }:{ $minute } winter time
day-and-time = { $day }, { $time }
list-and = { $before } and { $last }
years-from-to = { $first } to { $last }

## Every page

page-title = { $title } – { $utility }
page-title-error = Error: { $title } – { $utility }
skip = Skip to the content
contact-title = Questions?
contact-hours = You can reach us: { $hours }

## The question

q-title = What is the reading on your { $meter }?
q-title-registers = What are the readings on your { $meter }?
q-title-meters = What are the readings on your meters?
q-hint = Enter only the black digits, for example { $example }.
q-hint-all = Enter all digits, for example { $example }.
q-hint-display = Enter only the digits before the comma, for example { $example }.
q-hint-decimals = Enter the decimals, too, for example { $example }.
q-prev = On { $day } the reading was { $reading }.
q-prev-est = On { $day } we estimated the reading: { $reading }.
q-prev-installed = This meter has been here since { $day }. Its first reading was { $reading }.
q-exchanged = Your meter was replaced on { $day }. We ask for the reading of the new meter.
q-deadline = You can do this up to and including { $deadline }. Without your reading we will make an estimate.
q-received = You can change it until we make your annual bill.
q-button = Send reading
q-button-many = Send readings
q-date = I read the meter on another day
q-date-legend = On which day did you read the meter?
q-date-day = Day
q-date-month = Month
q-date-year = Year
q-cannot = I cannot read the meter
received = We received { $reading } on { $at }.
received-hidden = We received your reading on { $at }.
received-register = { $label }: { $reading }
received-correct = Is this wrong? Enter the right reading below.
received-receipt = View the receipt
late = The last day was { $deadline }. You can still send your reading. We will use it instead of an estimate.
invoiced = Your annual bill has already been made. Send your reading and we will recalculate and send you a new bill.

## The drawing of the meter

drawing-wheels = Register with { $wheels ->
    [one] { $wheels } black digit
   *[other] { $wheels } black digits
}
drawing-display = Display of the meter
drawing-skip = do not enter

## Errors

err-title = Check your answer. Your reading is not saved yet.
err-prefix = Error:
err-empty = Enter the meter reading
err-digits = Use digits only, for example { $example }
err-dot = You entered { $typed }. Type the reading without a point or comma
err-many = Your meter has { $wheels } black { $wheels ->
    [one] digit
   *[other] digits
}. You entered { $entered }. Leave out the red digits
err-many-all = Your meter has { $wheels } { $wheels ->
    [one] digit
   *[other] digits
} before the comma. You entered { $entered }
err-choose = Choose an answer
err-date = Enter a date from { $from } up to and including today
err-new-meter = Enter the number that is printed on the new meter

## A reading that has to be confirmed

unusual = Is this reading right?
unusual-use = You entered { $entered }. That is { $used } since { $since }. The year before you used { $usual }.
unusual-entered = You entered { $entered }. That is { $used } since { $since }.
entered-hidden = You entered { $entered }.
equal = The reading is the same as on { $since }. Then no { $commodity } was used. Is that right?
below = This reading is lower than the previous one. What happened?
below-estimate = You entered { $entered }. That is lower than our estimate for { $since }: { $previous }. Is that right?
conflict = At { $time } we already received a reading: { $theirs }. You entered { $entered }. Which one is right?
conflict-hidden = At { $time } we already received another reading. You entered { $entered }. Which one is right?
conflict-theirs-hidden = The reading that we received on { $at }
conflict-theirs = { $reading }, received on { $at }
conflict-mine = { $reading }, which you entered now
check-lower = This is lower than the previous reading ({ $previous } on { $date }). Is it the right meter?
check-impossible = That would be a use of { $use }; this connection cannot deliver that.
check-high = You would have used { $use }; usually it is about { $usual }. Is that right?
check-low = You would have used { $use }; usually it is about { $usual }. Is that right?
check-zero = This is the same reading as last time. Was nothing used?
check-suggest = I meant { $value }
check-other-meter = This reading fits { $meter }. Were you looking at that meter?
yes = Yes, my meter shows this
no = No, I will change the reading
exchanged = My meter was replaced
rolled = The meter started again at { $zero } after { $highest }
prev-wrong = The previous reading is wrong
unknown = I do not know, but my meter shows this
red = I also entered the red digits. The reading is { $reading }
leak = There may be a leak. Close all taps, write down the reading and look again after an hour. Has it moved? Call us.
new-meter = Number of the new meter
new-meter-hint = Only if your meter was replaced. The number is printed on the meter.
doubt-button = Continue

## Received

receipt = We have received your reading
receipt-next = Keep this receipt number. Is the reading wrong? You can change it until we make your annual bill.
receipt-number = Receipt number
receipt-address = Address
receipt-read-on = Read on
receipt-received = Received on
receipt-via = Sent
receipt-colleague = by a colleague
receipt-replaces = Replaces
receipt-new-meter = Number of the new meter: { $number }
receipt-cut = We left out the decimals.
receipt-correct = Change the reading

## The meter cannot be read

cannot = Why can you not read the meter?
cannot-meters = Which meter is it?
cannot-unreadable = The window is fogged or broken
cannot-unreachable = I cannot reach it
cannot-not-found = I cannot find the meter
cannot-other-number = My meter has another number
cannot-not-my-address = This is not my address
cannot-button = Send
cannot-back = Back to the question
cannot-done = We have noted this. You will get no more reminders for this address. If you can read it later, use this link.

## Asking a colleague

q-ask = Ask a colleague
ask = What is your colleague's email address?
ask-done = We will send your colleague a link for this address only.
ask-example = For example name@example.com. We use it for this only.
ask-button = Send link
ask-asked = Who you asked
ask-sent = Asked on { $day }
ask-used = Asked on { $day }, has sent a reading
ask-declined = Asked on { $day }, said: this is not my address
ask-revoked = Asked on { $day }, the link was revoked
ask-full = You have asked three colleagues. Revoke a link first.
ask-spent = You have asked five colleagues. This link cannot ask more.
ask-nothing = We already have a reading for this address. You need not ask anyone.
revoke = Yes, revoke the link of { $mailbox }
overview = For which addresses do you ask a colleague?
overview-hint = You see the addresses of which we have no reading yet. Your colleague gets one email with links for these addresses only.
overview-all = All { $n } addresses
overview-email = What is your colleague's email address?
overview-nothing = No reading of your addresses is missing. You need not ask anyone.
overview-offer = For several addresses at once
overview-offer-hint = We send you an overview of your addresses, to the email address that we know. The link in it works for one day.
overview-offer-tick = Yes, send me the overview
overview-offer-button = Send overview
overview-sent = The overview was asked for on { $at }. We send it to the email address that we know.
ask-for = { $n ->
    [one] { $n } address
   *[other] { $n } addresses
}
revoke-all = Yes, revoke all links
err-overview = Tick the box if you want to get the overview
err-no-recipient = We know no email address of yours. Call us if you want to get the overview
err-addresses = Choose at least one address
list = For which address do you send the reading?
list-hint = Choose an address. Afterwards you come back here for the next one.
list-received = Received
list-back = To all addresses
revoke-title = Revoke a link
revoke-button = Revoke
err-email = Enter an email address, for example name@example.com
err-ask = Check your answer. Nothing was sent.
err-revoke = Choose which link to revoke

## Pages without a form

not-open-title = You cannot send a reading yet
not-open = From { $day } you can send your reading with this link.
not-open-refused = What you sent was not saved. From { $day } you can send your reading with this link.
correcting-title = We are recalculating
correcting = We have received your reading. You will get a new bill. After that you can send a reading with this link again.
correcting-refused = Your reading was not saved. We are recalculating with the reading that we already received. Is that one wrong? Send your reading when you have the new bill.
closed-title = This link is closed
closed = You can no longer send a reading with this link. Call us if your reading is not right.
ended-title = We do not need a reading
ended = You have not been a customer at this address since { $since }. We do not need a reading from you.
ended-withdrawn = We no longer ask you for the reading of this meter. You need not do anything.
not-found-title = This page is not here
not-found = This link does not work. Is it split over two lines? Then copy the whole link. Or use the link in our latest email.
too-many-title = Too many attempts
too-many = Too many attempts. Try again in an hour.
try-later-title = It does not work now
try-later = Your reading was not saved. Try again in a minute.
again-label = You entered
again-button = Try again
bad-request-title = We cannot read this form
bad-request = Your reading was not saved. Open the link in our email and enter the reading again.
forbidden-title = This form comes from another website
forbidden = Your reading was not saved. Open the link in our email and enter the reading there.
method-title = This link cannot do that
method = Nothing was saved. Open the link in our email.
too-large-title = This form is too large
too-large = Your reading was not saved. Open the link in our email and enter only the reading.
media-title = We cannot read this form
media = Your reading was not saved. Open the link in our email in an ordinary browser.

## Call and reminders

mail-call-subject = { $n ->
    [one] Please submit your { $meter } reading by { $d }
   *[other] Please submit your { $n } { $meter } readings by { $d }
}
mail-first-subject = { $n ->
    [one] Reminder: { $n } meter reading still missing
   *[other] Reminder: { $n } meter readings still missing
}
mail-between-subject = { $k ->
    [one] { $k } day
   *[other] { $k } days
} left for your { $n ->
    [one] meter reading
   *[other] { $n } meter readings
}
mail-last-subject = Last reminder: without a reading we estimate your use
mail-part-subject = { $subject } (part { $part } of { $parts })
mail-part = This is part { $part } of { $parts }.
mail-preheader = By { $d }. No login needed.
mail-greeting = Dear customer,
mail-greeting-colleague = Hello,
mail-call-lead = Once a year we ask for your meter reading. We need it by { $d } at the latest. No login: each link belongs to one address.
mail-reminder-lead = We have not received a reading for the { $n ->
    [one] address
   *[other] addresses
} below. You can submit until { $d }.
mail-between-add = Cannot read the meter? Open the link and choose 'I cannot read the meter'.
mail-last-add = If nothing arrives we estimate your yearly use from earlier years.
mail-how = Enter only the digits before the comma (black). Leave out red digits.
mail-forward = Someone else will do it? Forward this e-mail and leave only the addresses meant for them.
mail-link = Submit the meter reading for { $address }
mail-colleague = asked of a colleague on { $day }
mail-tail = All readings by { $d }. Submitted after { $time }? Then this message crossed your reading.
mail-contact = Questions? Call { $phone } ({ $hours }) or mail { $email }.
mail-customer = Customer number { $customer }
mail-real = Not sure it is us? The link always starts with https://{ $host }/m/. We never ask for bank details.

## Receipt and estimate

mail-receipt-subject = { $n ->
    [one] Meter reading received: { $address }
   *[other] { $n } meter readings received
}
mail-receipt-line = On { $t } we received { $value } for { $address }, meter { $meter }. Number { $receipt }. Wrong? Change it with the same link until { $d }.
mail-delegation-subject = { $brand }: can you submit the reading for { $n ->
    [one] { $n } address
   *[other] { $n } addresses
}?
mail-delegation-lead = The { $brand } customer at { $n ->
    [one] this address
   *[other] these addresses
} asks you to submit the reading. { $n ->
    [one] The link works
   *[other] The links work
} until { $d }. Not expected? You need do nothing.
mail-delegation-rest = { $n ->
    [one] { $n } more address is on this page:
   *[other] { $n } more addresses are on this page:
}
mail-overview-subject = Choose for which addresses a colleague sends the reading
mail-overview-lead = Somebody asked for this overview with one of your links. With it you ask a colleague for the readings of several addresses at once. The link works until { $until }. You did not ask for this? Then you need do nothing.
mail-overview-warning = Do not forward this email: whoever has the link sees all your addresses.
mail-overview-link = Choose addresses
mail-estimated-subject = We estimated your reading: correct it if it is wrong
mail-estimated-lead = { $n ->
    [one] No reading came for { $n } address.
   *[other] No reading came for { $n } addresses.
} We estimated:
mail-estimated-line = { $address }: { $value } on { $day }
mail-estimated-end = If wrong, submit the real one before we make the invoice on { $day }.

## How we estimate a reading

estimate-missing = We did not receive a meter reading from you.
estimate-result = We estimate that you used { $use } (probably between { $low } and { $high }).
estimate-own = We looked at your own use in { $years }; the latest year counts most.
estimate-one-year = We looked at your use in { $year } and a little at similar households.
estimate-norm-persons = We do not know your use yet and take the average of a household of { $persons } { $persons ->
    [one] person
   *[other] people
}.
estimate-norm = We do not know your use yet and take the average of similar connections.
estimate-address = You moved in recently; we use the average of similar homes and what is usual at this address.
estimate-vacant = There was no use last year, so we charge none now. Is the property lived in? Please give the reading.
estimate-from-estimates = We only have earlier estimates. Please give us the real reading.
estimate-cohort-less = Similar customers used { $percent } less this year; this is taken into account.
estimate-cohort-more = Similar customers used { $percent } more this year; this is taken into account.
estimate-outlier = { $years } stood out and { $n ->
    [one] was
   *[other] were
} not counted.
estimate-level-shift = Your use has clearly changed for two years; older years do not count.
estimate-disagree = Your last two years differ much, so the estimate is uncertain.
estimate-marked-out = { $years } { $n ->
    [one] is
   *[other] are
} not counted because something unusual happened (a leak, for example).
estimate-held = Our previous estimate was probably too high; we charge no further use now.
estimate-partial = We know less than half a year of your use; the rest is an average.
estimate-second = This is the second year in a row without a reading.
estimate-third = This is at least the third year in a row without a reading; we will make an appointment to read the meter.
estimate-correct = Not right? Give the reading after all and we will calculate again.

## Invoice

mail-invoice-pay-subject = Your annual invoice { $year }: { $amount } to pay
mail-invoice-refund-subject = Your annual invoice { $year }: { $amount } refund
mail-invoice-zero-subject = Your annual invoice { $year }: nothing to pay
mail-invoice-term-subject = Your term invoice { $month }: { $amount }
mail-invoice-credit-subject = Your credit note: { $amount }
mail-invoice-transfer = Please pay { $amount } by { $day } at the latest.
mail-invoice-debit = We will collect { $amount } on { $day }.
mail-invoice-refund = We will refund { $amount } on { $day }.
mail-invoice-zero = There is nothing to pay.
mail-invoice-credit = This is a credit note of { $amount }.
mail-invoice-credits = It cancels invoice { $number } of { $day }. You need do nothing.
mail-invoice-pay-to = Please transfer the amount to { $iban }, in the name of { $name }, with payment reference { $number }.
mail-invoice-debit-by = You need do nothing. Mandate { $mandate }, creditor identifier { $creditor }, payment reference { $number }.
mail-invoice-reference = You need do nothing. Payment reference { $number }.
mail-invoice-cost = Your costs were { $cost }.
mail-invoice-cost-terms = Your costs were { $cost }. Your terms are deducted: { $terms }.
mail-invoice-term = This is the term of { $month }. We deduct it from your annual invoice.
mail-invoice-new = Your new term is { $amount } a month, from { $day }.
mail-invoice-new-none = There are no terms for the new year.
mail-invoice-new-debit = We collect your new terms by mandate { $mandate }, creditor identifier { $creditor }:
mail-invoice-new-days = { $amount } on { $days }
mail-invoice-addresses = This invoice is about { $n } delivery addresses. { $estimated ->
    [0] No meter reading was estimated.
    [one] We estimated the reading of one address.
   *[other] We estimated the readings of { $estimated } addresses.
}
mail-invoice-estimated = We estimated your meter reading. Do you know it? Please submit it.
mail-invoice-correction = Is a meter reading wrong? Please submit the right one.
mail-invoice-attached = Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.
mail-invoice-attached-zip = Your invoice is attached: as PDF to read, and as XML (UBL) in a zip file to process automatically.
