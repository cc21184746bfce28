from hashlib import sha256

import pytest

from tests.apps.etrade.formats.wco_documents import document, faults, means, moment, notes, previous, record


class TestNumbers:
    def test_the_customs_number_goes_before_the_declarants_reference(self, declaration):
        found = record(declaration("<ID>26MM9</ID>"))
        assert (found.declaration_number, found.local_reference) == ("26MM9", "LRN-1")

    def test_without_any_number_there_is_no_record(self, declaration):
        data = declaration(head="<TypeCode>EXA</TypeCode><FunctionalReferenceID> </FunctionalReferenceID>")
        assert faults(data) == [("line 4", "Declaration number: it is missing.")]

    def test_without_items_there_is_no_record(self, declaration):
        assert faults(declaration(items="")) == [("line 4", "Items: there are none.")]

    def test_a_record_holds_999_items(self, declaration, item):
        lines = [item(number=str(number)) for number in range(1, 1001)]
        assert len(record(declaration(items="".join(lines[:999]))).items) == 999
        assert faults(declaration(items="".join(lines))) == [("line 4", "Items: there are more than 999.")]

    @pytest.mark.parametrize(
        ("numbers", "where", "reason"),
        [
            (("one",), "line 10", "Item 1: Item number: “one” is not a plain number such as 1250.5."),
            (("0",), "line 10", "Item 1: Item number: Input should be greater than or equal to 1."),
            (("",), "line 10", "Item 1: Item number: it is missing."),
            (("1", "01"), "line 10", "Item 2: Item number: 1 is given to two items."),
        ],
    )
    def test_items_are_numbered_once_each(self, declaration, item, numbers, where, reason):
        data = declaration(items="".join(item(number=number) for number in numbers))
        assert faults(data) == [(where, reason)]


class TestText:
    def test_comments_and_line_breaks_inside_an_element_are_not_its_text(self, declaration):
        data = declaration("<ID>26<!-- year -->MM\r\n  9</ID>")
        assert record(data).declaration_number == "26MM 9"

    def test_text_is_brought_to_normal_form_without_control_characters(self, declaration):
        name = "<Exporter><Name>Cafe\u0301\u0090 Thiri</Name></Exporter>"
        assert record(declaration(name)).exporter_name == "Café Thiri"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_byte_order_marks_and_carriage_returns_change_nothing(self, declaration, encoding):
        plain = declaration("<Exporter><Name>ရွှေ</Name></Exporter>")
        other = plain.decode().replace("\n", "\r\n").encode(encoding)
        assert record(other) == record(plain)

    def test_too_long_a_text_is_refused_at_its_line(self, declaration):
        data = declaration(f"\n<Exporter><ID>{'9' * 71}</ID></Exporter>")
        assert faults(data) == [("line 8", "Exporter identifier: the text has more than 70 characters.")]


class TestParties:
    def test_a_party_may_have_a_number_and_no_name(self, declaration):
        found = record(
            declaration(
                "<Agent><ID>GB15</ID></Agent><Exporter><ID>GB42</ID></Exporter>",
                shipment="<Consignee><ID>CN7</ID></Consignee>",
            )
        )
        assert (found.agent_id, found.exporter_id, found.consignee_id) == ("GB15", "GB42", "CN7")
        assert (found.agent_name, found.exporter_name, found.consignee_name) == (None, None, None)
        assert "Exporter name" in found.missing

    def test_an_address_is_one_text(self, declaration):
        consignee = (
            "<Consignee><Name>Clear Stream</Name><Address><CityName>Ruili</CityName>"
            "<CountryCode>CN</CountryCode><Line>18 Jiegao Road</Line><PostcodeID>678600</PostcodeID>"
            "</Address></Consignee>"
        )
        found = record(declaration(shipment=consignee))
        assert found.consignee_name == "Clear Stream"
        assert found.consignee_address == "18 Jiegao Road, Ruili, 678600, CN"

    def test_a_consignee_that_all_items_name_is_the_consignee(self, declaration, item):
        named = "<Consignee><Name>Clear Stream</Name></Consignee>"
        assert record(declaration(items=item(named) + item(named, "2"))).consignee_name == "Clear Stream"
        assert record(declaration(items=item(named) + item("", "2"))).consignee_name is None

    def test_different_consignees_are_noted_and_none_is_chosen(self, declaration, item):
        items = item("<Consignee><Name>A</Name></Consignee>") + item("<Consignee><ID>B</ID></Consignee>", "2")
        data = declaration(items=items)
        assert record(data).consignee_name is None
        assert notes(data) == ["Consignee name: the items go to different consignees, so none is stated."]


class TestDatesAndTariff:
    def test_days_are_kept_as_written(self, declaration):
        found = record(
            declaration(
                moment("AcceptanceDateTime", "20260302233000-05") + moment("IssueDateTime", "20260301"),
                shipment=moment("ExitDateTime", "2026-03-04T01:00:00Z"),
            )
        )
        assert (found.lodged_on, found.accepted_on, found.departure_date) == (
            "2026-03-01",
            "2026-03-02",
            "2026-03-04",
        )

    @pytest.mark.parametrize("written", ["20260230", "tomorrow", "2603"])
    def test_what_is_no_date_is_refused(self, declaration, written):
        data = declaration(shipment=moment("ExitDateTime", written))
        assert faults(data) == [("line 9", f"Departure date: “{written}” is not a date.")]

    def test_an_empty_date_is_no_date(self, declaration):
        assert record(declaration("<IssueDateTime/>")).lodged_on is None

    def classified(self, code: str, kind: str = "TSP") -> str:
        return (
            "<Commodity><Classification><ID>4099</ID><IdentificationTypeCode>TRA</IdentificationTypeCode>"
            f"</Classification><Classification><ID>{code}</ID><IdentificationTypeCode>{kind}"
            "</IdentificationTypeCode></Classification></Commodity>"
        )

    @pytest.mark.parametrize(
        ("code", "hs_code", "tariff_code"),
        [
            ("07133190", "071331", "07133190"),
            ("0713.31 90", "071331", "07133190"),
            ("071331", "071331", "071331"),
        ],
    )
    def test_the_hs_code_is_the_first_six_digits_of_the_tariff_code(
        self, declaration, item, code, hs_code, tariff_code
    ):
        (found,) = record(declaration(items=item(self.classified(code)))).items
        assert (found.hs_code, found.tariff_code, found.hs_version) == (hs_code, tariff_code, None)

    def test_other_classifications_are_no_hs_code(self, declaration, item):
        (found,) = record(declaration(items=item(self.classified("07133190", "GN")))).items
        assert found.hs_code is None

    @pytest.mark.parametrize("code", ["0713", "ABCDEF"])
    def test_a_tariff_code_out_of_form_is_refused(self, declaration, item, code):
        reason = f"Item 1: Tariff code: “{code}” does not have the form of this field."
        assert faults(declaration(items=item(self.classified(code)))) == [("line 10", reason)]

    def test_the_edition_is_the_one_in_force_unless_the_operator_knows_better(self, declaration, item):
        data = declaration(moment("IssueDateTime", "20211231"), items=item(self.classified("071331")))
        assert record(data).items[0].hs_version == "2017"
        assert record(data, hs_edition="2012").items[0].hs_version == "2012"
        accepted = moment("AcceptanceDateTime", "20220101")
        data = declaration(
            accepted + moment("IssueDateTime", "20211231"), items=item(self.classified("071331"))
        )
        assert record(data).items[0].hs_version == "2022"


class TestTransport:
    def test_a_lorry_has_a_plate(self, declaration):
        lorry = means("BorderTransportMeans", "3B/3944", "30", "<ModeCode>3</ModeCode>")
        found = record(declaration(lorry))
        assert (found.transport_mode, found.match.plate) == ("3", "3B/3944")

    def test_a_ship_has_none_but_the_lorry_at_departure_does(self, declaration):
        ship = means("BorderTransportMeans", "STAR", "11")
        lorry = f"<Consignment>{means('DepartureTransportMeans', '7A/1', '30')}</Consignment>"
        assert record(declaration(ship)).match.plate is None
        assert record(declaration(ship, shipment=lorry)).match.plate == "7A/1"

    def test_containers_are_listed_once_each(self, declaration, item):
        def box(number: str) -> str:
            return f"<TransportEquipment><ID>{number}</ID></TransportEquipment>"

        data = declaration(
            shipment=f"<Consignment>{box('SMPU1')}{box('SMPU2')}</Consignment>",
            items=item(f"<Commodity>{box('SMPU1')}{box('SMPU3')}</Commodity>"),
        )
        assert record(data).match.containers == ("SMPU1", "SMPU2", "SMPU3")

    def test_places_and_terms(self, declaration, item):
        found = record(
            declaration(
                shipment="<Consignment><UnloadingLocation><ID>CNRUI</ID></UnloadingLocation></Consignment>"
                "<ExportCountry><ID>mm</ID></ExportCountry><TradeTerms><ConditionCode>fob</ConditionCode></TradeTerms>",
                items=item("<Destination><CountryCode>CN</CountryCode></Destination>"),
            )
        )
        assert found.port_of_discharge == "CNRUI"
        assert (found.export_country, found.destination_country) == ("MM", "CN")
        assert found.match.incoterm == "FOB"

    def test_a_procedure_that_the_items_share_is_the_declarations(self, declaration, item):
        def under(current: str, before: str = "") -> str:
            earlier = f"<PreviousCode>{before}</PreviousCode>" if before else ""
            return (
                f"<GovernmentProcedure><CurrentCode>{current}</CurrentCode>{earlier}</GovernmentProcedure>"
                "<GovernmentProcedure><CurrentCode>000</CurrentCode></GovernmentProcedure>"
            )

        found = record(declaration(items=item(under("10", "40")) + item(under("10", "40"), "2")))
        assert (found.procedure, found.items[1].procedure) == ("1040", "1040")
        found = record(declaration(items=item(under("10", "40")) + item(under("23"), "2")))
        assert (found.procedure, found.items[1].procedure) == (None, "23")

    def test_the_origin_is_the_non_preferential_one(self, declaration, item):
        def origin(country: str, kind: str) -> str:
            return f"<Origin><CountryCode>{country}</CountryCode><TypeCode>{kind}</TypeCode></Origin>"

        assert record(declaration(items=item(origin("TH", "2") + origin("MM", "1")))).items[0].origin == "MM"
        assert record(declaration(items=item(origin("TH", "2")))).items[0].origin == "TH"


class TestDocuments:
    @pytest.mark.parametrize(("category", "kind"), [("X", "002"), ("E", "012"), ("N", "811")])
    def test_an_export_licence_is_the_permit(self, declaration, item, category, kind):
        data = declaration(items=item(document(category, kind, "EL-1")))
        assert record(data).permit_number == "EL-1"

    def test_a_licence_that_is_not_needed_is_no_permit(self, declaration, item):
        data = declaration(items=item(document("E", "012", "EL-1", "XX") + document("C", "676", "EL-2")))
        assert record(data).permit_number is None

    def test_further_permits_are_noted(self, declaration, item):
        licences = document("X", "002", "EL-1") + document("X", "002", "EL-2") + document("X", "002", "EL-1")
        data = declaration(items=item(licences))
        assert record(data).permit_number == "EL-1"
        assert notes(data) == ["Permit number: 1 more on the document, not carried: EL-2."]

    def test_the_transport_document_may_stand_in_three_places(self, declaration, item):
        contract = (
            "<Consignment><TransportContractDocument><ID>BL-1</ID></TransportContractDocument></Consignment>"
        )
        assert record(declaration(shipment=contract)).match.transport_document == "BL-1"
        data = declaration(items=item(document("N", "730", "CMR-1")))
        assert record(data).match.transport_document == "CMR-1"
        assert record(declaration(shipment=previous("740", "AWB-1"))).match.transport_document == "AWB-1"

    def test_the_consignment_reference_is_the_declarations_own_before_the_traders(self, declaration):
        traders = "<UCR><TraderAssignedReferenceID>PO-7</TraderAssignedReferenceID></UCR>"
        assert record(declaration(shipment=traders)).match.ucr == "PO-7"
        data = declaration(shipment=traders + previous("DCR", "6MM1-2") + previous("MCR", "A:1"))
        assert record(data).match.ucr == "6MM1-2"

    def test_invoices_are_shown_by_their_fingerprint_alone(self, declaration, item):
        data = declaration(
            shipment="<Invoice><ID>INV-1</ID></Invoice>", items=item(document("N", "380", "inv 2"))
        )
        assert record(data).match.invoice_hash == sha256(b"INV1\nINV2").hexdigest()
        assert "INV-1" not in record(data).model_dump_json()

    def test_documents_without_a_number_are_passed_over(self, declaration, item):
        data = declaration(
            shipment=previous("DCR", ""), items=item(document("X", "002", "") + document("N", "380", "--"))
        )
        found = record(data)
        assert (found.permit_number, found.match.ucr, found.match.invoice_hash) == (None, None, None)
