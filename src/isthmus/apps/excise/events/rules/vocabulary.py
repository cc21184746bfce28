"""The words of GS1's Core Business Vocabulary 2.0 that an event may use bare (CBV 2.0, sections 7.1 to 7.7).

A bare word is one of these; an own term is written as a URI of its own.
"""

from dataclasses import dataclass

WEB = "https://ref.gs1.org/cbv/"
"""Where the Core Business Vocabulary has its terms."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of words: ``base`` stands before each word in its web address."""

    name: str
    base: str
    words: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BUSINESS_STEP = Vocabulary(
    "business step",
    f"{WEB}BizStep-",
    _words(
        "accepting arriving assembling collecting commissioning consigning "
        "creating_class_instance cycle_counting decommissioning departing destroying "
        "disassembling dispensing encoding entering_exiting holding inspecting installing "
        "killing loading other packing picking receiving removing repackaging repairing "
        "replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound "
        "stock_taking stocking storing transporting unloading unpacking void_shipping"
    ),
)
DISPOSITION = Vocabulary(
    "disposition",
    f"{WEB}Disp-",
    _words(
        "active available completeness_inferred completeness_verified conformant "
        "container_closed container_open damaged destroyed dispensed disposed encoded expired "
        "in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity "
        "needs_replacement no_pedigree_match non_conformant non_sellable_other "
        "partially_dispensed recalled reserved retail_sold returned sellable_accessible "
        "sellable_not_accessible stolen unavailable unknown"
    ),
)
TRANSACTION = Vocabulary(
    "type of business transaction",
    f"{WEB}BTT-",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)
SOURCE_OR_DESTINATION = Vocabulary(
    "type of source or destination", f"{WEB}SDT-", _words("location owning_party possessing_party")
)
ERROR_REASON = Vocabulary("reason of an error", f"{WEB}ER-", _words("did_not_occur incorrect_data"))
COMPONENT = Vocabulary(
    "component",
    f"{WEB}Comp-",
    _words(
        "altitude axial_distance azimuth easting elevation_angle height latitude longitude "
        "northing polar_angle spherical_radius x y z"
    ),
)
ALERT = Vocabulary("sensor alert", "https://gs1.org/voc/", _words("ALARM_CONDITION ERROR_CONDITION"))
MEASUREMENT = Vocabulary(
    "measurement",
    "https://gs1.org/voc/",
    _words(
        "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance "
        "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum "
        "AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless "
        "DoseEquivalent DoseEquivalentRate DynamicViscosity EffectiveDose EffectiveDoseRate "
        "ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy "
        "Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length "
        "LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux "
        "MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate "
        "MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power "
        "Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance "
        "Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature "
        "Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber"
    ),
)
ACTION = Vocabulary("action", "", _words("ADD OBSERVE DELETE"))
EVENT_TYPE = Vocabulary(
    "type of event",
    "",
    _words("ObjectEvent AggregationEvent AssociationEvent TransactionEvent TransformationEvent"),
)

PREFIXES = frozenset({"cbv", "cbvmda", "dcterms", "epcis", "gs1", "owl", "rdf", "rdfs", "vtype", "xsd"})
"""Prefixes that GS1's own context declares."""


UNADDRESSED = frozenset({"EffectiveDose", "EffectiveDoseRate"})
"""Words in use that GS1's JSON-LD context gives no address: they stay bare in an event hash."""


def full(vocabulary: Vocabulary, value: str) -> str:
    """The web address of a bare word; any other value unchanged."""
    return vocabulary.base + value if value in vocabulary.words - UNADDRESSED else value
