from hypothesis import given
from hypothesis import strategies as st

from tests.apps.etrade.formats.wco_documents import NS, faults, gross, net, notes, record, value, weights


class TestFigures:
    @given(st.from_regex(r"\A(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?\Z"))
    def test_a_decimal_arrives_with_the_digits_it_was_declared_with(self, figure):
        data = (
            f"<Declaration {NS}><FunctionalReferenceID>L</FunctionalReferenceID><TypeCode>EXA</TypeCode>"
            "<GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>"
            f'{value(figure)}<Commodity><GoodsMeasure>{net(figure)}<TariffQuantity unitCode="LTR">{figure}'
            "</TariffQuantity></GoodsMeasure></Commodity></GovernmentAgencyGoodsItem></GoodsShipment></Declaration>"
        )
        found = record(data.encode())
        (line,) = found.items
        assert {line.net_kg, line.fob_value, line.quantity, found.match.net_kg, found.match.fob_value} == {
            figure
        }
        assert line.unit == "LTR"

    def test_weights_are_kilograms_unless_another_mass_is_named(self, declaration, item):
        items = item(weights(net("2.5", "TNE"), gross("2600"))) + item(
            weights(net("7", "kgm"), gross("8")), "2"
        )
        found = record(declaration(items=items))
        assert [line.net_kg for line in found.items] == ["2500.0", "7"]
        assert (found.match.net_kg, found.match.gross_kg) == ("2507.0", "2608")

    def test_a_unit_that_is_no_mass_is_not_comparable_and_not_zero(self, declaration, item):
        data = declaration(items=item(weights(net("5", "LTR"))))
        assert record(data).match.net_kg is None
        assert notes(data) == [
            "Item 1: Net weight (kg): 5 LTR cannot be stated in kilograms, so not comparable."
        ]

    def test_a_total_needs_every_item(self, declaration, item):
        data = declaration(items=item(weights(net("5"))) + item("", "2"))
        found = record(data)
        assert (found.items[0].net_kg, found.match.net_kg) == ("5", None)
        assert notes(data) == ["Net weight (kg): not every item states it, so there is no total."]

    def test_the_declarations_own_gross_weight_stands_in(self, declaration, item):
        total = '<TotalGrossMassMeasure unitCode="TNE">3</TotalGrossMassMeasure>'
        assert record(declaration(total)).match.gross_kg == "3000"
        items = item(weights("", gross("5")))
        assert record(declaration(total, items=items)).match.gross_kg == "5"
        assert record(declaration(total.replace("TNE", "LTR"))).match.gross_kg is None

    def test_a_total_too_large_is_refused(self, declaration, item):
        most = weights(net("9" * 16))
        assert faults(declaration(items=item(most) + item(most, "2"))) == [
            ("line 10", "Net weight (kg): the number has more than 16 digits before the point.")
        ]

    def test_a_weight_in_words_is_refused_at_its_line(self, declaration, item):
        data = declaration(items=item(weights("\n" + net("about twelve"))))
        assert faults(data) == [
            ("line 11", "Item 1: Net weight (kg): “about twelve” is not a plain number such as 1250.5.")
        ]

    def test_a_quantity_keeps_its_unit_without_the_qualifier(self, declaration, item):
        quantity = '<TariffQuantity unitCode="KGM#G">20</TariffQuantity>'
        (line,) = record(declaration(items=item(weights(quantity=quantity)))).items
        assert (line.quantity, line.unit) == ("20", "KGM")

    def test_an_unknown_unit_is_kept_and_noted(self, declaration, item):
        quantity = '<TariffQuantity unitCode="ZZZ">20</TariffQuantity>'
        data = declaration(items=item(weights(quantity=quantity)))
        assert record(data).items[0].unit == "ZZZ"
        assert notes(data) == ["Item 1: Unit of quantity: ZZZ is not a known unit, so not comparable."]

    def test_a_quantity_may_lack_a_unit(self, declaration, item):
        (line,) = record(
            declaration(items=item(weights(quantity="<TariffQuantity>20</TariffQuantity>")))
        ).items
        assert (line.quantity, line.unit) == ("20", None)

    def test_values_add_up_in_their_currency(self, declaration, item):
        found = record(declaration(items=item(value("0.10")) + item(value("2"), "2")))
        assert (found.match.fob_value, found.match.currency) == ("2.10", "USD")

    def test_values_in_two_currencies_are_not_added(self, declaration, item):
        data = declaration(items=item(value("1")) + item(value("2", "CNY"), "2"))
        found = record(data)
        assert (found.match.fob_value, found.match.currency, found.items[0].fob_value) == (None, None, None)
        assert notes(data) == ["FOB value: the items are valued in different currencies."]

    def test_a_value_without_a_currency_is_noted(self, declaration, item):
        data = declaration(items=item(value("5", "")))
        assert (record(data).match.fob_value, record(data).match.currency) == ("5", None)
        assert notes(data) == ["Currency: the value has no currency."]

    def test_an_item_without_a_value_leaves_no_total(self, declaration, item):
        found = record(declaration(items=item(value("5")) + item("", "2")))
        assert (found.items[0].fob_value, found.match.fob_value, found.match.currency) == ("5", None, "USD")

    def test_the_invoice_amount_counts_where_the_terms_are_fob(self, declaration):
        amount = '<InvoiceAmount currencyID="USD">900.00</InvoiceAmount>'
        terms = "<TradeTerms><ConditionCode>{}</ConditionCode></TradeTerms>"
        found = record(declaration(amount, shipment=terms.format("FOB"))).match
        assert (found.fob_value, found.currency) == ("900.00", "USD")
        data = declaration(amount, shipment=terms.format("CIF"))
        assert record(data).match.fob_value is None
        assert notes(data) == ["FOB value: the invoice amount is not stated to be FOB, so not carried."]

    def test_packages_are_summed_over_the_items(self, declaration, item):
        def packed(*counts: int) -> str:
            return "".join(
                f"<Packaging><SequenceNumeric>{at}</SequenceNumeric><QuantityQuantity>{count}</QuantityQuantity></Packaging>"
                for at, count in enumerate(counts, start=1)
            )

        items = item(packed(2, 3)) + item(packed(5), "2")
        assert record(declaration(items=items)).match.packages == 10
        data = declaration("<TotalPackageQuantity>9</TotalPackageQuantity>", items=items)
        assert record(data).match.packages == 10
        assert notes(data) == ["Packages: the items add up to 10, the declaration states 9."]

    def test_the_declarations_own_count_stands_in(self, declaration):
        assert record(declaration("<TotalPackageQuantity>9.0</TotalPackageQuantity>")).match.packages == 9
        assert faults(declaration("<TotalPackageQuantity>9.5</TotalPackageQuantity>")) == [
            ("line 7", "Packages: “9.5” is not a whole number.")
        ]


def test_every_fault_is_told_at_once(declaration, item):
    data = declaration(
        "<BorderTransportMeans><ModeCode>lorry</ModeCode></BorderTransportMeans>",
        items=item(value("much") + weights(net("-1"))),
    )
    assert [message.partition(": “")[0] for _, message in faults(data)] == [
        "Item 1: Net weight (kg)",
        "Item 1: Item value (FOB)",
        "Transport mode",
    ]
