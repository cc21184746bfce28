"""The sorts of values in EMCS messages, by the names of the published schemas where they have one."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from isthmus.apps.excise.movements.formats import kinds
from isthmus.apps.excise.movements.formats.kinds import Words

AnyCaseCountry = Annotated[str, kinds.Code(r"[a-zA-Z]{2}")]
Arc = Annotated[str, kinds.Code(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{16}[0-9]")]
CategoryOfWineProductCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5"))]
ChangedDestinationCode = Annotated[
    str, kinds.Choice(("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"))
]
Clock = Annotated[time, kinds.Clock()]
CnCode = Annotated[str, kinds.Code(r"[0-9]{8}")]
Count = Annotated[int, kinds.Whole(0, 15)]
Correspondent = Annotated[str, kinds.Code(r"CSMISE\.EC|SEED\.EC|NDEA\.[A-Z]{2}")]
CountryCode = Annotated[str, kinds.Code(r"[A-Z]{2}")]
CustomsRejectionReasonCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5"), later=("6", "7", "8"))]
Day = Annotated[date, kinds.Day()]
DestinationCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"))]
DiagnosisCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5", "6"), later=("7",))]
Digit = Annotated[str, kinds.Code(r"[0-9]")]
ExciseNumber = Annotated[str, kinds.Code(r"[A-Z]{2}[a-zA-Z0-9]{11}")]
Flag = Annotated[bool, kinds.Flag()]
GlobalConclusionOfReceiptCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "21", "22", "23"))]
GuarantorCode = Annotated[
    str,
    kinds.Choice(
        ("0", "1", "2", "3", "4", "5", "12", "13", "14", "23", "24", "34", "123", "124", "134", "234", "1234")
    ),
]
Image = Annotated[bytes, kinds.Image()]
IndicatorOfShortageOrExcessCode = Annotated[str, kinds.Choice(("E", "S"))]
JourneyTime = Annotated[str, kinds.Code(r"H([01][0-9]|2[0-4])|D([0-8][0-9]|9[0-2])")]
Language = Annotated[str, kinds.Code(r"[a-z]{2}")]
LineNumber = Annotated[int, kinds.Whole(1, 3)]
MessageRoleCode = Annotated[str, kinds.Choice(("1", "2"))]
Moment = Annotated[datetime, kinds.Moment()]
NotificationCode = Annotated[str, kinds.Choice(("1", "2"))]
Number15x3 = Annotated[Decimal, kinds.Number(15, 3)]
Number16x6 = Annotated[Decimal, kinds.Number(16, 6)]
Number5x2 = Annotated[Decimal, kinds.Number(5, 2)]
OfficeCode = Annotated[str, kinds.Code(r"[A-Z]{2}[a-zA-Z0-9]{6}")]
OriginCode = Annotated[str, kinds.Choice(("1", "2", "3"))]
OtherAccompanyingDocumentCode = Annotated[str, kinds.Choice(("0", "2"))]
ProducerSize = Annotated[int, kinds.Whole(1, 15)]
ReminderMessageCode = Annotated[str, kinds.Choice(("1", "2", "3"))]
ReportMessageCode = Annotated[str, kinds.Choice(("1", "3"))]
ReportNumber = Annotated[str, kinds.Code(r"[A-Z]{2}[a-zA-Z0-9]{13}[0-9]")]
RequestedMessageCode = Annotated[
    str,
    kinds.Choice(
        (
            "None",
            "IE801",
            "IE803",
            "IE807",
            "IE810",
            "IE813",
            "IE818",
            "IE819",
            "IE829",
            "IE836",
            "IE839",
            "IE881",
            "IE905",
        )
    ),
]
SequenceNumber = Annotated[int, kinds.Whole(1, 2)]
Sign13 = Annotated[str, kinds.Code(r".{13}")]
Sign2 = Annotated[str, kinds.Code(r".{2}")]
Sign4 = Annotated[str, kinds.Code(r".{4}")]
SmallNumber = Annotated[str, kinds.Code(r"[1-9][0-9]?")]
SplittingDestinationCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5", "6", "7", "8"))]
StatusCode = Annotated[
    str,
    kinds.Choice(
        (
            "X01",
            "X02",
            "X03",
            "X04",
            "X05",
            "X06",
            "X07",
            "X08",
            "X09",
            "X10",
            "X11",
            "X12",
            "X13",
            "X14",
            "X15",
        )
    ),
]
SubmissionCode = Annotated[str, kinds.Choice(("1", "2", "3"))]
SubmitterCode = Annotated[str, kinds.Choice(("1", "2"))]
Text10 = Annotated[str, kinds.Text(10)]
Text11 = Annotated[str, kinds.Text(11)]
Text14 = Annotated[str, kinds.Text(14)]
Text16 = Annotated[str, kinds.Text(16)]
Text17 = Annotated[str, kinds.Text(17)]
Text182 = Annotated[str, kinds.Text(182)]
Text21 = Annotated[str, kinds.Text(21)]
Text22 = Annotated[str, kinds.Text(22)]
Text255 = Annotated[str, kinds.Text(255)]
Text35 = Annotated[str, kinds.Text(35)]
Text350 = Annotated[str, kinds.Text(350)]
Text44 = Annotated[str, kinds.Text(44)]
Text4 = Annotated[str, kinds.Text(4)]
Text50 = Annotated[str, kinds.Text(50)]
Text512 = Annotated[str, kinds.Text(512)]
Text55 = Annotated[str, kinds.Text(55)]
Text65 = Annotated[str, kinds.Text(65)]
Text70 = Annotated[str, kinds.Text(70)]
Text999 = Annotated[str, kinds.Text(999)]
TraderPersonCode = Annotated[str, kinds.Choice(("1", "2", "3", "4", "5", "6"))]
TransportArrangementCode = Annotated[str, kinds.Choice(("1", "2", "3", "4"))]
TwoDigits = Annotated[str, kinds.Code(r"[0-9]{1,2}")]
Words35 = Annotated[Words, kinds.Text(35)]
Words350 = Annotated[Words, kinds.Text(350)]
Words999 = Annotated[Words, kinds.Text(999)]
