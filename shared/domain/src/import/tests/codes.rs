//! Each code once, as the operator reads it.

use insta::assert_snapshot;

use super::*;

#[test]
fn the_smallest_set_is_accepted() {
    assert_snapshot!(Example::smallest().told(), @"accepted");
}

#[test]
fn a_set_is_refused_without_one_of_its_files() {
    let mut files = Example::smallest();
    files.files.retain(|(name, _)| name != "readings.csv");
    assert_snapshot!(files.told(), @"readings:0  F01 readings.csv was not delivered (deliver all five files, one without rows if need be)");
    let doubled = Example::smallest().file("readings.txt", "x");
    assert_snapshot!(doubled.told(), @"readings:1  F03 readings.csv and readings.txt are the same file (deliver one of the two)");
    let workbook = Example::smallest().file("set.xlsx", "PK");
    assert_snapshot!(workbook.told(), @r#"
    accepted
    -:0  W08 "set.xlsx" a file that is not known, and not read (save each sheet as CSV UTF-8)
    "#);
    let more = Example::smallest().file("truth.csv", "x");
    assert_snapshot!(more.told(), @r#"
    accepted
    -:0  W08 "truth.csv" a file that is not known, and not read
    "#);
}

#[test]
fn a_file_is_refused_in_an_encoding_that_cannot_be_read() {
    assert_snapshot!(told_file("meters", b"\xFF\xFEm\0e\0t\0"), @"meters:1  F02 UTF-16, or a file that is not text (save as CSV UTF-8)");
    assert_snapshot!(told_file("meters", b"m\0e\0t\0e\0"), @"meters:1  F02 UTF-16, or a file that is not text (save as CSV UTF-8)");
    assert_snapshot!(told_file("meters", b"PK\x03\x04workbook"), @"meters:1  F02 a workbook, which is not read yet (save as CSV UTF-8)");
    assert_snapshot!(told_file("customers", b"customer_number\n\xE9\n\x81\n"), @"customers:3  F02 byte 81 is neither UTF-8 nor Windows-1252 (save as CSV UTF-8)");
}

#[test]
fn one_line_of_another_encoding_is_refused_alone() {
    let rows = b"meter_number;date;value;source\n\
        W1;31-12-2023;10;customer\xC3\xA9\n\
        W1;31-12-2024;20;customer\xE9\n\
        W1;31-12-2025;30;customer\n";
    assert_snapshot!(told_file("readings", rows), @r#"
    readings:2 source V04 "customeré" not one of the words of this column (is customer meant?)
    readings:3 source V07 bytes of another encoding than the rest of the file (save as CSV UTF-8)
    "#);
}

#[test]
fn a_separator_that_cannot_be_told_refuses_the_file() {
    let tied = "meter_number;date,value;source,register\n";
    assert_snapshot!(told_file("readings", tied), @"readings:1  F03 as many columns are known under one separator as under another (begin the file with a line sep=;)");
    assert_snapshot!(told_file("readings", "sep=|\nmeter_number|date|value|source\nW1|31-12-2025|5|klant\n"), @"accepted");
}

#[test]
fn a_decimal_sign_that_cannot_be_told_refuses_the_file_once() {
    let files = Example::smallest().cells("meters.csv", "decimals=3").file(
        "readings.csv",
        "meter_number;date;value;source\nW1;31-12-2024;1.234;klant\nW1;31-12-2025;2.345;klant\n",
    );
    assert_snapshot!(files.told(), @r#"readings:1 value F03 "1.234" 1.234 on line 2 can be read in two ways (set decimal = "comma" or decimal = "point" in set.toml)"#);
    let value = |files: Example| files.set().accounts[0].connections[0].meters[0].readings[1].value;
    assert_snapshot!(value(files.clone().settings("decimal = 'comma'")), @"1234");
    assert_snapshot!(value(files.clone().settings("decimal = 'point'")), @"1.234");
    assert_snapshot!(value(files.rows("readings.csv", "W1;31-12-2025;2345,0;klant")), @"1234");
}

#[test]
fn a_file_needs_a_header() {
    assert_snapshot!(told_file("readings", ""), @"readings:1  F04 the file is empty (the first line names the columns: meter_number;register;connection_id;date;value;source)");
    assert_snapshot!(told_file("readings", "W1;31-12-2025;1191;klant\n"), @"readings:1  F04 no column of the first line is known (the first line names the columns: meter_number;register;connection_id;date;value;source)");
}

#[test]
fn a_missing_column_is_told_once_with_the_nearest() {
    let renamed = SMALLEST[3].1.replace("source", "sourse");
    assert_snapshot!(told_file("readings", renamed), @"readings:1 source F05 a required column is not in the header (is sourse meant?)");
    assert_snapshot!(told_file("advances", "connection_id;invoice_number\nA1;V1\n"), @r#"
    advances:1 month F05 a required column is not in the header (add the column month (maand))
    advances:1 amount_excl F05 a required column is not in the header (add the column amount_excl (bedrag_excl))
    advances:1 vat_rate F05 a required column is not in the header (add the column vat_rate (btw, btw-tarief))
    "#);
}

#[test]
fn a_column_that_is_there_twice_is_refused_by_whatever_name() {
    assert_snapshot!(told("readings", "stand=1191"), @"readings:1 value F06 value and stand are the same column (leave one of them)");
}

#[test]
fn the_number_of_rows_must_be_that_of_the_settings() {
    let files = Example::smallest().settings("[[file]]\nname = 'readings.csv'\nrows = 2\n");
    assert_snapshot!(files.told(), @"readings:1  F07 1 rows, and set.toml says 2 (deliver the whole file, or correct set.toml)");
    assert_snapshot!(files.rows("readings.csv", "W1;31-12-2024;1000;klant").told(), @"accepted");
}

#[test]
fn more_than_a_hundred_columns_are_refused() {
    let cells: Vec<String> = (0..97).map(|n| format!("extra{n}=x")).collect();
    assert_snapshot!(told("readings", &cells.join(";")), @"readings:1  F08 101 columns, and at most 100 are read");
}

#[test]
fn a_quote_that_never_closes_refuses_the_file_with_the_line_where_it_opened() {
    assert_snapshot!(told_rows("customers", "2;\"A. Bakker;consumer\n3;B;x"), @"customers:3 name F09 a quoted cell never ends (close the quote, or double it where it is meant)");
    let far = format!("W1;01-01-2024;1;\"{}\"", "\n".repeat(70_000));
    assert_snapshot!(told_rows("readings", &far), @"readings:3 source F09 a quoted cell never ends (close the quote, or double it where it is meant)");
}

#[test]
fn a_line_has_as_many_cells_as_the_header() {
    assert_snapshot!(told_rows("readings", "W1;31-12-2024;5\nW1;31-12-2024;5;klant;x"), @r#"
    readings:3  L01 3 cells, and the header has 4 (quote a cell that holds `;` or a line break)
    readings:4  L01 5 cells, and the header has 4 (quote a cell that holds `;` or a line break)
    "#);
}

#[test]
fn a_cell_or_line_that_is_too_long_is_refused() {
    assert_snapshot!(told("customers", &format!("name={}", "a".repeat(4097))), @"customers:2 name L02 the cell is above 4 KiB (is a quote missing, or the separator wrong?)");
    let wide: Vec<String> = (0..40).map(|n| format!("extra{n}={}", "x".repeat(2000))).collect();
    let told = told("customers", &wide.join(";"));
    let errors: Vec<&str> = told.lines().filter(|line| !line.contains("W08")).collect();
    assert_snapshot!(errors.join("\n"), @r#"
    customers:2  L02 the line is above 64 KiB (shorten it)
    connections:2 customer_number K02 "1" not in customers (deliver its row in customers)
    "#);
}

#[test]
fn all_faults_of_a_line_are_told() {
    assert_snapshot!(told("connections", "commodity=aqua;postcode=12;persons=x;house_number="), @r#"
    connections:2 house_number V01 a cell that must be filled is empty (fill house_number)
    connections:2 commodity V04 "aqua" not one of the words of this column (write one of water, electricity, gas, heat, cooling, drinkwater, elektra, elektriciteit, warmte, koude)
    connections:2 postcode V12 "12" not a Dutch postcode (four digits and two letters, as in 1234AB)
    connections:2 persons V02 "x" not a whole number (digits alone)
    "#);
}

#[test]
fn what_must_be_filled_is_filled() {
    assert_snapshot!(told("customers", "name="), @"customers:2 name V01 a cell that must be filled is empty (fill name)");
    assert_snapshot!(told("customers", "payment=incasso"), @r#"
    customers:2 iban V01 direct debit needs it (fill it, or payment transfer)
    customers:2 mandate_id V01 direct debit needs it (fill it, or payment transfer)
    customers:2 mandate_date V01 direct debit needs it (fill it, or payment transfer)
    "#);
    assert_snapshot!(told("customers", "kind=zakelijk"), @"customers:2 coc_number V01 a Dutch business has a CoC number or an OIN (fill coc_number or oin)");
    assert_snapshot!(told("connections", "commodity=gas"), @"connections:2 ean V01 electricity and gas have an EAN code (fill ean)");
    assert_snapshot!(told("meters", "installed_value="), @"meters:2 installed_value V01 a cell that must be filled is empty (fill it, or deliver a reading of source installed)");
    assert_snapshot!(told("meters", "removed_on=01-01-2026"), @"meters:2 removed_value V01 a cell that must be filled is empty (fill it, or deliver a reading of source removed)");
    assert_snapshot!(told("meters", "removed_value=5"), @"meters:2 removed_on V01 a last reading without the day of removal (fill removed_on, or empty removed_value)");
    assert_snapshot!(told("advances", "month="), @"advances:2 month V01 an advance is for a month, or for days (fill month, or from and until)");
    assert_snapshot!(told("advances", "from=01-01-2026;month="), @"advances:2 until V01 from and until go together (fill both)");
    assert_snapshot!(told("advances", "amount_excl="), @"advances:2 amount_excl V01 an advance has an amount (fill amount_excl)");
    assert_snapshot!(told("advances", "invoice_number="), @"advances:2 invoice_number V01 an advance that was invoiced has the number of its invoice (fill it, or form request)");
    assert_snapshot!(told("advances", "connection_id="), @"advances:2 connection_id V01 an advance is for a connection, or for all of a customer (fill connection_id or customer_number)");
    assert_snapshot!(told("advances", "form=verzoek;invoice_number="), @"accepted");
}

#[test]
fn a_number_is_written_in_digits() {
    assert_snapshot!(told("readings", "value=1191m3"), @r#"readings:2 value V02 "1191m3" not a number (write 1191)"#);
    for typo in ["11g1", "1O00", "119O"] {
        assert!(told("readings", &format!("value={typo}")).ends_with("no unit)"), "{typo}");
    }
    assert_snapshot!(told("readings", "value=1.2.3,4"), @r#"readings:2 value V02 "1.2.3,4" not a number (digits, at most one decimal sign, no unit)"#);
    assert_snapshot!(told("connections", "persons=2,5"), @r#"connections:2 persons V02 "2,5" not a whole number (digits alone)"#);
    assert_snapshot!(told("connections", "capacity=veel"), @r#"connections:2 capacity V02 "veel" not a number (digits, at most one decimal sign, no unit)"#);
    assert_snapshot!(told("advances", "amount_excl=7,0012"), @r#"advances:2 amount_excl V02 "7,0012" 4 decimals, and at most 2 are kept"#);
    assert_snapshot!(told("advances", "vat_rate=9 procent"), @r#"advances:2 vat_rate V02 "9 procent" not a number (write 9)"#);
}

#[test]
fn a_day_is_one_of_the_calendar() {
    assert_snapshot!(told("readings", "date=31-02-2025"), @r#"readings:2 date V03 "31-02-2025" not a day of the calendar (write it as 31-12-2026 or 2026-12-31, a day between 1950 and 2100)"#);
    assert_snapshot!(told("readings", "date=12-31-2025"), @r#"readings:2 date V03 "12-31-2025" not a day of the calendar (the day first: 31-12-2025)"#);
    assert_snapshot!(told("readings", "date=15-06-25"), @r#"readings:2 date V03 "15-06-25" not a day of the calendar (the year in four digits: 15-06-2025)"#);
    assert_snapshot!(told("readings", "date=42370"), @r#"readings:2 date V03 "42370" not a day of the calendar (a bare number of a spreadsheet: give its column the format of a date)"#);
    assert_snapshot!(told("advances", "month=05-26"), @r#"advances:2 month V03 "05-26" not a month, or one that can be read in two ways (write it as 2026-05 or 05-2026)"#);
}

#[test]
fn a_word_is_one_of_the_list_in_either_language() {
    assert_snapshot!(told("readings", "source=klnat"), @r#"readings:2 source V04 "klnat" not one of the words of this column (is klant meant?)"#);
    assert_snapshot!(told("customers", "language=vlaams"), @r#"customers:2 language V04 "vlaams" not one of the words of this column (write one of nl, en, de, it, fr, nederlands, dutch, engels, english, duits, german, italiaans, italian, frans, french)"#);
    assert_snapshot!(told("meters", "unit=kWuur"), @r#"meters:2 unit V04 "kWuur" not a unit (write one of m3, kWh, MWh, GJ)"#);
    assert_snapshot!(told("customers", "collective=2"), @r#"customers:2 collective V04 "2" not one of the words of this column (write one of yes, no, ja, nee, true, false, 1, 0)"#);
    let mut files = Example::smallest();
    files.known.capacities = vec![(Commodity::Water, "4".into()), (Commodity::Water, "6.3".into())];
    assert_snapshot!(files.told(), @r#"
    connections:2 capacity V04 "2,5" no tariff has it (one of 4, 6.3)
    meters:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    readings:2 meter_number K02 "W1" because of meters.csv:2, which is refused
    advances:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    "#);
    assert_snapshot!(files.clone().cells("connections.csv", "capacity=Qn6.3").told(), @"accepted");
    assert_snapshot!(files.cells("connections.csv", "capacity=").told(), @r#"
    connections:2 capacity V01 the tariffs need it (one of 4, 6.3)
    meters:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    readings:2 meter_number K02 "W1" because of meters.csv:2, which is refused
    advances:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    "#);
}

#[test]
fn a_text_is_no_longer_than_its_column() {
    assert_snapshot!(told("customers", &format!("name={}", "b".repeat(141))), @r#"customers:2 name V05 "b***" 141 characters, and at most 140 are kept (shorten it)"#);
}

#[test]
fn a_number_is_within_what_can_be() {
    assert_snapshot!(told("readings", "value=-1"), @r#"readings:2 value V06 "-1" negative"#);
    assert_snapshot!(told("connections", "persons=900000"), @r#"connections:2 persons V06 "900000" not between 1 and 30"#);
    assert_snapshot!(told("connections", "house_number=0"), @r#"connections:2 house_number V06 "0" not between 1 and 99999"#);
    assert_snapshot!(told("advances", "vat_rate=900"), @r#"advances:2 vat_rate V06 "900" not between 0 and 100 %"#);
    assert_snapshot!(told("meters", "factor=0"), @r#"meters:2 factor V06 "0" not above zero (leave it empty for 1)"#);
}

#[test]
fn no_text_holds_what_cannot_be_seen_or_begins_a_formula() {
    assert_snapshot!(told("customers", "name=An\u{200B}na"), @"customers:2 name V07 character U+200B, which cannot be seen (delete it)");
    assert_snapshot!(told("customers", "name=An\0na"), @"customers:2 name V07 character U+0000, which cannot be seen (delete it)");
    assert_snapshot!(told("customers", "name==1+1"), @"customers:2 name V07 begins with =, as a formula does (delete the =)");
    assert_snapshot!(told("customers", "name=\"A\nB\""), @"customers:2 name V07 character U+000A, which cannot be seen (delete it)");
    assert_snapshot!(told("customers", "attention=\"=A\nB\""), @r#"
    accepted
    customers:2 attention W10 a line break became a space
    "#);
    assert_snapshot!(told("customers", "name=<b>{{7*7}} O'Brien"), @"accepted");
    assert_snapshot!(told("customers", "name=Zo\u{c3}\u{ab}"), @r#"
    accepted
    customers:2 name W10 "Z***" letters that were read in the wrong encoding (save as CSV UTF-8)
    "#);
}

#[test]
fn a_key_has_its_form() {
    assert_snapshot!(told("customers", "customer_number=1 0"), @r#"
    customers:2 customer_number V08 "1 0" not of the form A-Z, a-z, 0-9, dot, slash and hyphen, at most 20 (delete the spaces)
    connections:2 customer_number K02 "1" not in customers (deliver its row in customers)
    "#);
    assert_snapshot!(told("customers", "billing_country=Nederland"), @r#"customers:2 billing_country V08 "Nederland" not a country (two letters of ISO 3166, as in NL or DE)"#);
    assert_snapshot!(told("connections", "house_number=12-14a/b"), @r#"connections:2 house_number V08 "12-14a/b" not a house number (the number alone; letter and addition have columns of their own)"#);
    assert_snapshot!(told("connections", "house_letter=ab"), @r#"connections:2 house_letter V08 "ab" not one letter (what follows the letter is the addition)"#);
}

#[test]
fn an_end_is_not_before_its_beginning_nor_a_past_day_to_come() {
    assert_snapshot!(told("connections", "supply_end=31-12-2019"), @r#"connections:2 supply_end V09 "31-12-2019" 2019-12-31 is before supply_start 2020-01-01 (are the two exchanged?)"#);
    assert_snapshot!(told("meters", "removed_on=31-12-2019;removed_value=5"), @r#"meters:2 removed_on V09 "31-12-2019" 2019-12-31 is before installed_on 2020-01-01 (are the two exchanged?)"#);
    assert_snapshot!(told("readings", "date=02-11-2026"), @r#"readings:2 date V09 "02-11-2026" after 2026-11-01, the day of the set (is the year right?)"#);
    assert_snapshot!(told("meters", "installed_on=02-11-2026"), @r#"meters:2 installed_on V09 "02-11-2026" a reading after 2026-11-01, the day of the set (is the year right?)"#);
    assert_snapshot!(told("advances", "month=;from=02-01-2026;until=01-01-2026"), @r#"advances:2 until V09 "01-01-2026" before from 2026-01-02 (are the two exchanged?)"#);
}

#[test]
fn an_ean_code_names_the_digit_that_it_would_need() {
    assert_snapshot!(told("connections", "ean=871687000012345679"), @"accepted");
    assert_snapshot!(told("connections", "ean=871687000012345678"), @r#"connections:2 ean V10 "871687000012345678" the last digit does not hold (the last digit 9, if the others are right)"#);
    assert_snapshot!(told("connections", "ean=9,52E+17"), @r#"connections:2 ean V10 "9,52E+17" a number that a spreadsheet has rounded (give the column the format of text and fill it anew)"#);
    assert_snapshot!(told("connections", "ean=8716870000"), @r#"connections:2 ean V10 "8716870000" 10 digits, and an EAN code has 18"#);
}

#[test]
fn an_iban_names_the_check_digits_that_it_would_need() {
    assert_snapshot!(told("customers", "iban=NL49 TEST 1827 8132 65"), @"accepted");
    assert_snapshot!(told("customers", "iban=NL48TEST1827813265"), @r#"customers:2 iban V11 "NL***" the check digits do not hold (check digits 49, if the rest is right)"#);
    assert_snapshot!(told("customers", "iban=NL49TEST182781326"), @r#"customers:2 iban V11 "NL***" an IBAN of its country has 18 characters"#);
    assert_snapshot!(told("customers", "iban=1234567"), @r#"customers:2 iban V11 "12***" not the beginning of an IBAN (two letters of a country)"#);
}

#[test]
fn a_postcode_is_dutch_unless_a_country_says_otherwise() {
    assert_snapshot!(told("customers", "billing_postcode=1234-ab"), @r#"customers:2 billing_postcode V12 "1234-ab" not a Dutch postcode (write 1234AB)"#);
    assert_snapshot!(told("customers", "billing_postcode=46325"), @r#"customers:2 billing_postcode V12 "46325" not a Dutch postcode (four digits and two letters, or fill billing_country)"#);
    assert_snapshot!(told("customers", "billing_postcode=46325;billing_country=de"), @"accepted");
    assert_snapshot!(told("connections", "postcode=1234SS"), @r#"connections:2 postcode V12 "1234SS" not a Dutch postcode (four digits and two letters, as in 1234AB)"#);
}

#[test]
fn a_mail_address_is_one() {
    assert_snapshot!(told("customers", "email=Jan <jan@example.org>"), @r#"customers:2 email V13 "J***" not one mail address (the address alone, without the name)"#);
    assert_snapshot!(told("customers", "email=a@example.org, b@example.org"), @r#"customers:2 email V13 "a***@example.org" not one mail address (one address a cell: the second goes to email2)"#);
    assert_snapshot!(told("customers", "email=jan visser@example.org"), @r#"customers:2 email V13 "j***@example.org" not one mail address (delete the spaces)"#);
    assert_snapshot!(told("customers", "email=jan@gmail,com"), @r#"customers:2 email V13 "j***@gmail,com" not one mail address (did you mean gmail.com?)"#);
    assert_snapshot!(told("customers", "email=@example.org"), @"customers:2 email V13 begins with @ (write one address, as in anna@example.org)");
    assert_snapshot!(told("customers", "email=jan@gmial.com"), @r#"
    accepted
    customers:2 email W13 "j***@gmial.com" an unusual domain (did you mean gmail.com?)
    "#);
    assert_snapshot!(told("customers", "email="), @r#"
    accepted
    customers:2 email W01 no mail address
    "#);
}

#[test]
fn numbers_of_companies_have_their_form() {
    assert_snapshot!(told("customers", "coc_number=1234"), @r#"
    customers:2 coc_number V14 "1234" not 8 digits (with its leading zeros, as in 00123456)
    customers:2 coc_number W08 "1234" a consumer has none (is kind right?)
    "#);
    assert_snapshot!(told("customers", "kind=business;oin=1"), @r#"customers:2 oin V14 "1" not 20 digits (with its leading zeros)"#);
    assert_snapshot!(told("customers", "kind=business;coc_number=00123456;vat_number=123456789B01"), @r#"customers:2 vat_number V14 "123456789B01" not a VAT number (NL, 9 digits, B and 2 digits, or the form of another country)"#);
    assert_snapshot!(told("customers", "kind=business;coc_number=00123456;vat_number=NL0005.14706.B01"), @"accepted");
    assert_snapshot!(told("customers", "coc_number=00123456"), @r#"
    accepted
    customers:2 coc_number W08 "00123456" a consumer has none (is kind right?)
    "#);
}

#[test]
fn a_key_is_there_once() {
    let row = "1;A. de Vries;consumer;anna@example.org;transfer;Dorpsstraat;5;1234AB;Lunteren";
    assert_snapshot!(told_rows("customers", row), @r#"
    accepted
    customers:3  W09 the same as line 2
    "#);
    assert_snapshot!(told_rows("customers", &row.replace("A. de Vries", "B. Bos")), @r#"customers:3 customer_number K01 "1" line 2 has this key, with other contents (leave one of the two)"#);
    assert_snapshot!(told_rows("meters", "W1;A1;m3;5;01-01-2020;3"), @r#"meters:3 meter_number K01 "W1 register 1" line 2 has this key, with other contents (leave one of the two)"#);
    let twice = Example::smallest().cells("connections.csv", "ean=871687000012345679");
    let row = "A2;1;water;Dorpsstraat;6;1234AB;Lunteren;4;01-01-2020;871687000012345679";
    assert_snapshot!(twice.rows("connections.csv", row).told(), @r#"connections:3 ean K01 "871687000012345679" the EAN code of line 2 (leave it where it belongs)"#);
}

#[test]
fn nothing_refers_to_what_is_not_there_or_refused() {
    assert_snapshot!(told("connections", "customer_number=2"), @r#"connections:2 customer_number K02 "2" not in customers (deliver its row in customers)"#);
    assert_snapshot!(Example::smallest().cells("customers.csv", "kind=x").told(), @r#"
    customers:2 kind V04 "x" not one of the words of this column (write one of consumer, business, particulier, zakelijk)
    connections:2 customer_number K02 "1" because of customers.csv:2, which is refused
    meters:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    readings:2 meter_number K02 "W1" because of meters.csv:2, which is refused
    advances:2 connection_id K02 "A1" because of connections.csv:2, which is refused
    "#);
    assert_snapshot!(told_rows("readings", "W2;31-12-2024;5;klant\nW1000001;31-12-2024;5;klant"), @r#"
    readings:3 meter_number K02 "W2" not in meters (deliver its row in meters)
    readings:4 meter_number K02 "W1000001" not in meters (deliver its row in meters)
    "#);
    let registers = Example::smallest().cells("readings.csv", "register=2");
    assert_snapshot!(registers.told(), @r#"readings:2 register K02 "2" the meter has 1 (write 1)"#);
    assert_snapshot!(told("readings", "connection_id=A2"), @r#"readings:2 connection_id K02 "A2" the meter hangs at A1 (write A1)"#);
    assert_snapshot!(told("advances", "connection_id=A2"), @r#"advances:2 connection_id K02 "A2" not in connections (deliver its row in connections)"#);
    let near = Example::smallest()
        .cells("connections.csv", "connection_id=A0100001")
        .cells("meters.csv", "connection_id=A0100010")
        .cells("advances.csv", "connection_id=A0100001");
    assert_snapshot!(near.told(), @r#"
    meters:2 connection_id K02 "A0100010" not in connections (is A0100001 meant?)
    readings:2 meter_number K02 "W1" because of meters.csv:2, which is refused
    "#);
}

#[test]
fn a_number_of_two_meters_needs_its_connection() {
    let two = Example::smallest()
        .rows("connections.csv", "A2;1;water;Dorpsstraat;6;1234AB;Lunteren;4;01-01-2020")
        .rows("meters.csv", "W1;A2;m3;5;01-01-2020;0");
    assert_snapshot!(two.told(), @"readings:2 connection_id V01 meters of this number hang at A1, A2 (fill it)");
    assert_snapshot!(two.cells("readings.csv", "connection_id=A2").told(), @r#"
    accepted
    meters:2 meter_number W03 "W1" a meter without a reading besides that of its exchange
    "#);
}

#[test]
fn lines_do_not_contradict_each_other() {
    assert_snapshot!(told_rows("meters", "W2;A1;m3;5;31-12-2024;0"), @"meters:3 installed_on K03 meter W1 of line 2 hangs there at that time (when was which of the two removed?)");
    assert_snapshot!(told("meters", "unit=kWh"), @r#"meters:2 unit K03 "kWh" the connection delivers water"#);
    assert_snapshot!(told("connections", "collective_id=V1"), @r#"connections:2 collective_id K03 "V1" its customer does not have collective yes (empty it, or collective yes in customers)"#);
    assert_snapshot!(told("advances", "connection_id=;customer_number=1"), @"advances:2 customer_number K03 its customer does not have collective yes (fill connection_id)");
    assert_snapshot!(told("advances", "customer_number=2"), @"advances:2 customer_number K03 the connection is of 1");
    assert_snapshot!(told("advances", "from=01-01-2026;until=30-01-2026"), @r#"advances:2 month K03 "2026-01" not the days of from and until (empty one of them)"#);
    let registers = Example::smallest().cells("meters.csv", "register=1");
    assert_snapshot!(registers.rows("meters.csv", "W1;A1;m3;5;01-01-2021;0;2").told(), @"meters:3 installed_on K03 line 2 has other days for another register of this meter (the registers of a meter come and go with it)");
    let collectives = Example::smallest()
        .cells("customers.csv", "collective=ja")
        .cells("connections.csv", "collective_id=V1")
        .rows("customers.csv", "2;B;consumer;b@example.org;transfer;X;1;1234AB;Lunteren;ja")
        .rows("connections.csv", "A2;2;water;X;1;1234AB;Lunteren;4;01-01-2020;V1");
    assert_snapshot!(collectives.told(), @r#"connections:3 collective_id K03 "V1" line 2 has it for customer 1 (one customer a collective)"#);
}

#[test]
fn a_collective_invoice_has_at_most_500_connections() {
    let mut files = Example::smallest().cells("customers.csv", "collective=ja");
    let rows: Vec<String> = (2..=501)
        .map(|n| format!("A{n};1;water;Dorpsstraat;{n};1234AB;Lunteren;4;01-01-2020"))
        .collect();
    files = files.rows("connections.csv", &rows.join("\n"));
    assert_snapshot!(files.told(), @"connections:502 collective_id K03 above 500 connections on one collective invoice (split them with collective_id)");
}

#[test]
fn a_reading_fits_its_register() {
    assert_snapshot!(told("readings", "value=128745"), @r#"readings:2 value R01 "128745" register 1 has 5 digits, this has 6 (12874 if the last digit is red)"#);
    assert_snapshot!(told("readings", "value=1191,5"), @r#"readings:2 value R01 "1191.5" 1 decimals, and register 1 shows 0 (1191 without them)"#);
    assert_snapshot!(told("meters", "installed_value=100000"), @r#"meters:2 installed_value R01 "100000" register 1 has 5 digits, this has 6 (10000 if the last digit is red)"#);
}

#[test]
fn a_register_does_not_fall() {
    assert_snapshot!(told_rows("readings", "W1;31-12-2024;1200;klant"), @r#"readings:2 value R02 "1191" lower than 1200 on 2024-12-31 (was the meter exchanged, or are digits swapped?)"#);
    assert_snapshot!(told("meters", "removed_on=01-10-2026;removed_value=1100"), @r#"meters:2 removed_value R02 "1100" lower than 1191 on 2025-12-31 (was the meter exchanged, or are digits swapped?)"#);
    let rolled = Example::smallest()
        .cells("readings.csv", "value=00100")
        .rows("readings.csv", "W1;31-12-2024;99000;klant");
    assert_snapshot!(rolled.told(), @"accepted");
    let estimated = Example::smallest().rows("readings.csv", "W1;31-12-2024;1200;geschat");
    assert_snapshot!(estimated.told(), @r#"
    accepted
    readings:2 value W12 "1191" lower than 1200 on 2024-12-31
    "#);
    let turning = Example::smallest().cells("meters.csv", "reversible=ja");
    assert_snapshot!(turning.rows("readings.csv", "W1;31-12-2024;1200;klant").told(), @"accepted");
}

#[test]
fn a_register_has_one_value_a_day() {
    assert_snapshot!(told_rows("readings", "W1;31-12-2025;1192;staff"), @r#"readings:3 value R03 "1192" readings.csv:2 has 1191 for this day (leave the right one)"#);
    assert_snapshot!(told_rows("readings", "W1;31-12-2025;1191;staff"), @r#"
    accepted
    readings:3 value W09 "1191" readings.csv:2 has the same value for this day
    "#);
    assert_snapshot!(told_rows("readings", "W1;01-01-2020;3;staff"), @r#"readings:3 value R03 "3" meters.csv:2 has 0 for this day (leave the right one)"#);
}

#[test]
fn a_reading_lies_within_the_life_of_its_meter() {
    assert_snapshot!(told("readings", "date=31-12-2019"), @r#"readings:2 date R04 "2019-12-31" installed on 2020-01-01 (is it a reading of the meter before or after?)"#);
    let removed =
        Example::smallest().cells("meters.csv", "removed_on=01-06-2025;removed_value=900");
    assert_snapshot!(removed.told(), @r#"readings:2 date R04 "2025-12-31" removed on 2025-06-01 (is it a reading of the meter before or after?)"#);
}

#[test]
fn the_readings_of_an_exchange_may_stand_in_either_file() {
    let files = Example::smallest()
        .cells("meters.csv", "installed_value=;removed_on=31-12-2025")
        .cells("readings.csv", "source=eindstand")
        .rows("readings.csv", "W1;01-01-2020;0;beginstand");
    assert_snapshot!(files.told(), @"accepted");
}

#[test]
fn a_connection_has_one_advance_at_a_time() {
    assert_snapshot!(told_rows("advances", "A1;01-2026;1,00;9;VT2"), @r#"advances:3 month A01 "2026-01" line 2 is for that time too (leave one of the two)"#);
    assert_snapshot!(told_rows("advances", "A1;2026-01;82,00;9;VT1"), @r#"
    accepted
    advances:3  W09 the same as line 2
    "#);
    let half = Example::smallest().cells("advances.csv", "from=;until=");
    let half = half.rows("advances.csv", "A1;;41,00;9;VT2;15-01-2026;14-02-2026");
    assert_snapshot!(half.told(), @r#"advances:3 from A01 "2026-01-15" line 2 is for that time too (leave one of the two)"#);
    let days = Example::smallest().cells("advances.csv", "month=;from=01-01-2026;until=31-01-2026");
    assert_snapshot!(days.rows("advances.csv", "A1;2026-01;82,00;9;VT1;;").told(), @r#"advances:3 month A01 "2026-01" line 2 is for that time too (leave one of the two)"#);
}

#[test]
fn amounts_of_an_advance_agree() {
    assert_snapshot!(told("advances", "amount=89,38"), @"accepted");
    assert_snapshot!(told("advances", "amount=89,39"), @r#"advances:2 amount A02 "89,39" 82.00 with 9 % VAT is 89.38 (write 89.38)"#);
}

#[test]
fn what_looks_odd_is_told_and_accepted() {
    let used = Example::smallest()
        .rows("readings.csv", "W1;31-12-2024;100;klant\nW1;31-10-2026;9000;klant");
    assert_snapshot!(used.told(), @r#"
    accepted
    readings:2 value W06 "1191" 1091 in 365 days, after 100 in 1826
    readings:4 value W06 "9000" 7809 in 304 days, after 1191 in 2191
    "#);
    assert_snapshot!(told("connections", "house_number=5a-bis"), @r#"
    accepted
    connections:2 house_number W11 "5a-bis" read as 5 | a | bis (use the columns for the rest)
    "#);
    assert_snapshot!(told_rows("connections", "A2;1;water;X;1;1234AB;Ede;4;01-01-2020"), @r#"
    accepted
    connections:3 city W07 "Ede" line 2 has another town with postcode 1234 AB
    connections:3 connection_id W02 "A2" a connection without a meter
    "#);
    assert_snapshot!(told_rows("customers", "2;B;consumer;b@example.org;transfer;X;1;1234AB;Ede"), @r#"
    accepted
    customers:3 customer_number W14 "2" a customer without a connection
    "#);
    assert_snapshot!(told("readings", "opmerking=x"), @r#"
    accepted
    readings:1 opmerking W08 a column that is not known
    "#);
    let shared = Example::smallest().cells("customers.csv", "iban=NL49TEST1827813265").rows(
        "customers.csv",
        "2;B;consumer;b@example.org;transfer;X;1;1234AB;Lunteren;NL49TEST1827813265",
    );
    assert_snapshot!(shared.told(), @r#"
    accepted
    customers:3 iban W05 the IBAN of line 2 too
    customers:3 customer_number W14 "2" a customer without a connection
    "#);
}

#[test]
fn old_numbers_lead_to_one_customer_of_today() {
    let old = |rows: &str| {
        let text = format!("old_number;customer_number\n{rows}");
        Example::smallest().file("customer_numbers.csv", text).told()
    };
    assert_snapshot!(old("V-889;1"), @"accepted");
    assert_snapshot!(old("V-889;2\nV-890;1\nV-890;1\nV-891;V-890"), @r#"
    customer_numbers:2 customer_number K02 "2" not in customers (deliver its row in customers)
    customer_numbers:4  W09 the same as line 3
    customer_numbers:5 customer_number K02 "V-890" not in customers (deliver its row in customers)
    "#);
    assert_snapshot!(old("V-889;1\nV-889; 1 \nV-889;3"), @r#"
    customer_numbers:3  W09 the same as line 2
    customer_numbers:4 old_number K01 "V-889" line 2 has this key, with other contents (leave one of the two)
    "#);
}
