"""Contains all the data models used in inputs/outputs"""

from .adjustment_body import AdjustmentBody
from .adjustment_body_reason_code import AdjustmentBodyReasonCode
from .advance import Advance
from .ahead import Ahead
from .alive import Alive
from .answer import Answer
from .applicant_body import ApplicantBody
from .application import Application
from .application_channel import ApplicationChannel
from .awaiting import Awaiting
from .awaiting_said_type_0 import AwaitingSaidType0
from .bare import Bare
from .bare_reason_code_type_0 import BareReasonCodeType0
from .begun import Begun
from .benefit_body import BenefitBody
from .benefit_body_reason_code_type_0 import BenefitBodyReasonCodeType0
from .cancellation_body import CancellationBody
from .cancellation_body_reason_code_type_0 import CancellationBodyReasonCodeType0
from .cancellation_date_question import CancellationDateQuestion
from .carried_shown import CarriedShown
from .charge import Charge
from .charge_page import ChargePage
from .choice_body import ChoiceBody
from .choice_body_choice import ChoiceBodyChoice
from .choice_body_reason_code_type_0 import ChoiceBodyReasonCodeType0
from .clock import Clock
from .consents_body import ConsentsBody
from .contract_begun import ContractBegun
from .contract_page import ContractPage
from .contract_row import ContractRow
from .contract_shown import ContractShown
from .contract_shown_choice_type_0 import ContractShownChoiceType0
from .contract_shown_courses import ContractShownCourses
from .contract_shown_minimum_term_type_0 import ContractShownMinimumTermType0
from .contract_shown_payment_agency_type_0 import ContractShownPaymentAgencyType0
from .contract_shown_pending_course_change_type_0 import (
    ContractShownPendingCourseChangeType0,
)
from .contract_shown_watch_type_0 import ContractShownWatchType0
from .correction_body import CorrectionBody
from .correction_body_reason_code import CorrectionBodyReasonCode
from .course_answer import CourseAnswer
from .course_change_body import CourseChangeBody
from .course_change_body_reason_code_type_0 import CourseChangeBodyReasonCodeType0
from .course_change_decision_body import CourseChangeDecisionBody
from .course_change_decision_body_reason_code import CourseChangeDecisionBodyReasonCode
from .course_from import CourseFrom
from .course_question import CourseQuestion
from .course_switch_body import CourseSwitchBody
from .course_switch_body_reason_code import CourseSwitchBodyReasonCode
from .credentials_body import CredentialsBody
from .credentials_body_reason_code_type_0 import CredentialsBodyReasonCodeType0
from .decided import Decided
from .decision_shown import DecisionShown
from .draft_body import DraftBody
from .eligibility_answer import EligibilityAnswer
from .eligibility_question import EligibilityQuestion
from .entitlement import Entitlement
from .entry import Entry
from .entry_page import EntryPage
from .erasure_body import ErasureBody
from .erasure_body_reason_code import ErasureBodyReasonCode
from .event import Event
from .event_data import EventData
from .events import Events
from .exchange import Exchange
from .expiring import Expiring
from .explained import Explained
from .explained_decisions_item import ExplainedDecisionsItem
from .fee_decision_body import FeeDecisionBody
from .fee_decision_body_reason_code import FeeDecisionBodyReasonCode
from .file_facts import FileFacts
from .filing import Filing
from .filing_correction import FilingCorrection
from .filing_correction_fields import FilingCorrectionFields
from .filing_correction_reason_code_type_0 import FilingCorrectionReasonCodeType0
from .filing_status_message import FilingStatusMessage
from .filing_status_message_status import FilingStatusMessageStatus
from .form_body import FormBody
from .get_carrier_payables_area_type_0 import GetCarrierPayablesAreaType0
from .get_contract_what_if_waiver_type_0 import GetContractWhatIfWaiverType0
from .get_contracts_operator_type_0 import GetContractsOperatorType0
from .get_contracts_state_type_0 import GetContractsStateType0
from .get_memberships_state_type_0 import GetMembershipsStateType0
from .get_program_progress_format_type_0 import GetProgramProgressFormatType0
from .get_program_progress_outcome_type_0 import GetProgramProgressOutcomeType0
from .get_rollout_outcome_type_0 import GetRolloutOutcomeType0
from .get_rollouts_state_type_0 import GetRolloutsStateType0
from .health import Health
from .identity_body import IdentityBody
from .identity_body_reason_code_type_0 import IdentityBodyReasonCodeType0
from .imported import Imported
from .imported_lines_item import ImportedLinesItem
from .initial_cancellation_answer import InitialCancellationAnswer
from .initial_cancellation_body import InitialCancellationBody
from .initial_cancellation_body_reason_code_type_0 import (
    InitialCancellationBodyReasonCodeType0,
)
from .initial_cancellation_question import InitialCancellationQuestion
from .inquiry_body import InquiryBody
from .inquiry_body_reason_code_type_0 import InquiryBodyReasonCodeType0
from .leave_body import LeaveBody
from .leave_body_reason_code_type_0 import LeaveBodyReasonCodeType0
from .ledger_entry import LedgerEntry
from .ledger_page import LedgerPage
from .line_body import LineBody
from .line_body_billing_item import LineBodyBillingItem
from .line_body_brand import LineBodyBrand
from .line_body_discounts_item import LineBodyDiscountsItem
from .line_body_operator import LineBodyOperator
from .line_body_service_type import LineBodyServiceType
from .line_charge_body import LineChargeBody
from .line_charges_body import LineChargesBody
from .line_charges_body_reason_code_type_0 import LineChargesBodyReasonCodeType0
from .line_facts import LineFacts
from .line_facts_billing_item import LineFactsBillingItem
from .line_facts_brand import LineFactsBrand
from .line_facts_discounts_item import LineFactsDiscountsItem
from .line_facts_operator import LineFactsOperator
from .line_facts_service_type import LineFactsServiceType
from .line_notice import LineNotice
from .line_notice_details import LineNoticeDetails
from .line_notice_kind import LineNoticeKind
from .log_proof import LogProof
from .log_proof_anchors_item import LogProofAnchorsItem
from .log_proof_broken_item import LogProofBrokenItem
from .logged_out import LoggedOut
from .login_body import LoginBody
from .lot import Lot
from .lot_facts import LotFacts
from .mail_consents_body import MailConsentsBody
from .mail_consents_body_reason_code_type_0 import MailConsentsBodyReasonCodeType0
from .member_body import MemberBody
from .member_line_body import MemberLineBody
from .member_line_body_operator import MemberLineBodyOperator
from .member_line_body_service_class_type_0 import MemberLineBodyServiceClassType0
from .membership import Membership
from .membership_begun import MembershipBegun
from .membership_mail_consents import MembershipMailConsents
from .membership_renewal_item import MembershipRenewalItem
from .membership_storage import MembershipStorage
from .minimum_term_answer import MinimumTermAnswer
from .minimum_term_of_application import MinimumTermOfApplication
from .minimum_term_of_course_change import MinimumTermOfCourseChange
from .minimum_term_shown import MinimumTermShown
from .minimum_term_shown_source import MinimumTermShownSource
from .money import Money
from .money_shown import MoneyShown
from .monthly_points_answer import MonthlyPointsAnswer
from .monthly_points_question import MonthlyPointsQuestion
from .moved import Moved
from .notice import Notice
from .notice_page import NoticePage
from .notice_resent_item import NoticeResentItem
from .one_notice import OneNotice
from .one_notice_resent_item import OneNoticeResentItem
from .open_session import OpenSession
from .open_sessions import OpenSessions
from .outcome_body import OutcomeBody
from .outcome_body_outcome import OutcomeBodyOutcome
from .outcome_body_reason_code import OutcomeBodyReasonCode
from .page_of import PageOf
from .page_of_items_item import PageOfItemsItem
from .payable import Payable
from .payable_page import PayablePage
from .payment_body import PaymentBody
from .payment_body_reason_code_type_0 import PaymentBodyReasonCodeType0
from .person import Person
from .person_body import PersonBody
from .person_body_reason_code import PersonBodyReasonCode
from .person_erased import PersonErased
from .person_export import PersonExport
from .person_export_held import PersonExportHeld
from .person_export_held_additional_property_item import (
    PersonExportHeldAdditionalPropertyItem,
)
from .plan_body import PlanBody
from .plan_body_reason_code_type_0 import PlanBodyReasonCodeType0
from .points import Points
from .points_expiry_answer import PointsExpiryAnswer
from .points_expiry_question import PointsExpiryQuestion
from .problem import Problem
from .program import Program
from .reasoned import Reasoned
from .reasoned_reason_code import ReasonedReasonCode
from .received_body import ReceivedBody
from .received_body_reason_code_type_0 import ReceivedBodyReasonCodeType0
from .redated_body import RedatedBody
from .refund_body import RefundBody
from .refund_body_reason_code import RefundBodyReasonCode
from .registration import Registration
from .registration_answer import RegistrationAnswer
from .registration_customer import RegistrationCustomer
from .registration_question import RegistrationQuestion
from .registration_question_customer import RegistrationQuestionCustomer
from .registration_question_operator import RegistrationQuestionOperator
from .registration_reason_code_type_0 import RegistrationReasonCodeType0
from .relocation_body import RelocationBody
from .relocation_body_reason_code_type_0 import RelocationBodyReasonCodeType0
from .relocation_body_to_operator import RelocationBodyToOperator
from .renewal_bonus_answer import RenewalBonusAnswer
from .renewal_bonus_answer_window import RenewalBonusAnswerWindow
from .renewal_bonus_question import RenewalBonusQuestion
from .renewal_bonus_question_service_class import RenewalBonusQuestionServiceClass
from .resent import Resent
from .resume_body import ResumeBody
from .resume_body_reason_code_type_0 import ResumeBodyReasonCodeType0
from .reversal_body import ReversalBody
from .reversal_body_reason_code import ReversalBodyReasonCode
from .revision_body import RevisionBody
from .revision_body_reason_code import RevisionBodyReasonCode
from .rollout import Rollout
from .rollout_body import RolloutBody
from .rollout_body_kind import RolloutBodyKind
from .rollout_body_reason_code_type_0 import RolloutBodyReasonCodeType0
from .rollout_page import RolloutPage
from .sent import Sent
from .service_start_body import ServiceStartBody
from .service_start_body_reason_code_type_0 import ServiceStartBodyReasonCodeType0
from .session import Session
from .session_shown import SessionShown
from .session_shown_member import SessionShownMember
from .settlement_body import SettlementBody
from .settlement_body_reason_code import SettlementBodyReasonCode
from .spend_answer import SpendAnswer
from .spend_question import SpendQuestion
from .statement import Statement
from .statement_items_item import StatementItemsItem
from .statement_page import StatementPage
from .still_waiting import StillWaiting
from .storage import Storage
from .storage_deletions_item import StorageDeletionsItem
from .storage_reversion_answer import StorageReversionAnswer
from .storage_reversion_question import StorageReversionQuestion
from .support_body import SupportBody
from .support_body_reason_code_type_0 import SupportBodyReasonCodeType0
from .support_service import SupportService
from .taken import Taken
from .task import Task
from .termination_body import TerminationBody
from .termination_body_reason_code import TerminationBodyReasonCode
from .termination_fee_answer import TerminationFeeAnswer
from .termination_fee_question import TerminationFeeQuestion
from .termination_fee_question_cause import TerminationFeeQuestionCause
from .termination_fee_question_waiver_type_0 import TerminationFeeQuestionWaiverType0
from .tried_again import TriedAgain
from .use_answer import UseAnswer
from .waiver_body import WaiverBody
from .waiver_body_case import WaiverBodyCase
from .waiver_body_reason_code import WaiverBodyReasonCode
from .waiver_request_body import WaiverRequestBody
from .waiver_request_body_case import WaiverRequestBodyCase
from .waiver_request_body_reason_code_type_0 import WaiverRequestBodyReasonCodeType0
from .wind_down_body import WindDownBody
from .wind_down_body_reason_code_type_0 import WindDownBodyReasonCodeType0

__all__ = (
    "AdjustmentBody",
    "AdjustmentBodyReasonCode",
    "Advance",
    "Ahead",
    "Alive",
    "Answer",
    "ApplicantBody",
    "Application",
    "ApplicationChannel",
    "Awaiting",
    "AwaitingSaidType0",
    "Bare",
    "BareReasonCodeType0",
    "Begun",
    "BenefitBody",
    "BenefitBodyReasonCodeType0",
    "CancellationBody",
    "CancellationBodyReasonCodeType0",
    "CancellationDateQuestion",
    "CarriedShown",
    "Charge",
    "ChargePage",
    "ChoiceBody",
    "ChoiceBodyChoice",
    "ChoiceBodyReasonCodeType0",
    "Clock",
    "ConsentsBody",
    "ContractBegun",
    "ContractPage",
    "ContractRow",
    "ContractShown",
    "ContractShownChoiceType0",
    "ContractShownCourses",
    "ContractShownMinimumTermType0",
    "ContractShownPaymentAgencyType0",
    "ContractShownPendingCourseChangeType0",
    "ContractShownWatchType0",
    "CorrectionBody",
    "CorrectionBodyReasonCode",
    "CourseAnswer",
    "CourseChangeBody",
    "CourseChangeBodyReasonCodeType0",
    "CourseChangeDecisionBody",
    "CourseChangeDecisionBodyReasonCode",
    "CourseFrom",
    "CourseQuestion",
    "CourseSwitchBody",
    "CourseSwitchBodyReasonCode",
    "CredentialsBody",
    "CredentialsBodyReasonCodeType0",
    "Decided",
    "DecisionShown",
    "DraftBody",
    "EligibilityAnswer",
    "EligibilityQuestion",
    "Entitlement",
    "Entry",
    "EntryPage",
    "ErasureBody",
    "ErasureBodyReasonCode",
    "Event",
    "EventData",
    "Events",
    "Exchange",
    "Expiring",
    "Explained",
    "ExplainedDecisionsItem",
    "FeeDecisionBody",
    "FeeDecisionBodyReasonCode",
    "FileFacts",
    "Filing",
    "FilingCorrection",
    "FilingCorrectionFields",
    "FilingCorrectionReasonCodeType0",
    "FilingStatusMessage",
    "FilingStatusMessageStatus",
    "FormBody",
    "GetCarrierPayablesAreaType0",
    "GetContractsOperatorType0",
    "GetContractsStateType0",
    "GetContractWhatIfWaiverType0",
    "GetMembershipsStateType0",
    "GetProgramProgressFormatType0",
    "GetProgramProgressOutcomeType0",
    "GetRolloutOutcomeType0",
    "GetRolloutsStateType0",
    "Health",
    "IdentityBody",
    "IdentityBodyReasonCodeType0",
    "Imported",
    "ImportedLinesItem",
    "InitialCancellationAnswer",
    "InitialCancellationBody",
    "InitialCancellationBodyReasonCodeType0",
    "InitialCancellationQuestion",
    "InquiryBody",
    "InquiryBodyReasonCodeType0",
    "LeaveBody",
    "LeaveBodyReasonCodeType0",
    "LedgerEntry",
    "LedgerPage",
    "LineBody",
    "LineBodyBillingItem",
    "LineBodyBrand",
    "LineBodyDiscountsItem",
    "LineBodyOperator",
    "LineBodyServiceType",
    "LineChargeBody",
    "LineChargesBody",
    "LineChargesBodyReasonCodeType0",
    "LineFacts",
    "LineFactsBillingItem",
    "LineFactsBrand",
    "LineFactsDiscountsItem",
    "LineFactsOperator",
    "LineFactsServiceType",
    "LineNotice",
    "LineNoticeDetails",
    "LineNoticeKind",
    "LoggedOut",
    "LoginBody",
    "LogProof",
    "LogProofAnchorsItem",
    "LogProofBrokenItem",
    "Lot",
    "LotFacts",
    "MailConsentsBody",
    "MailConsentsBodyReasonCodeType0",
    "MemberBody",
    "MemberLineBody",
    "MemberLineBodyOperator",
    "MemberLineBodyServiceClassType0",
    "Membership",
    "MembershipBegun",
    "MembershipMailConsents",
    "MembershipRenewalItem",
    "MembershipStorage",
    "MinimumTermAnswer",
    "MinimumTermOfApplication",
    "MinimumTermOfCourseChange",
    "MinimumTermShown",
    "MinimumTermShownSource",
    "Money",
    "MoneyShown",
    "MonthlyPointsAnswer",
    "MonthlyPointsQuestion",
    "Moved",
    "Notice",
    "NoticePage",
    "NoticeResentItem",
    "OneNotice",
    "OneNoticeResentItem",
    "OpenSession",
    "OpenSessions",
    "OutcomeBody",
    "OutcomeBodyOutcome",
    "OutcomeBodyReasonCode",
    "PageOf",
    "PageOfItemsItem",
    "Payable",
    "PayablePage",
    "PaymentBody",
    "PaymentBodyReasonCodeType0",
    "Person",
    "PersonBody",
    "PersonBodyReasonCode",
    "PersonErased",
    "PersonExport",
    "PersonExportHeld",
    "PersonExportHeldAdditionalPropertyItem",
    "PlanBody",
    "PlanBodyReasonCodeType0",
    "Points",
    "PointsExpiryAnswer",
    "PointsExpiryQuestion",
    "Problem",
    "Program",
    "Reasoned",
    "ReasonedReasonCode",
    "ReceivedBody",
    "ReceivedBodyReasonCodeType0",
    "RedatedBody",
    "RefundBody",
    "RefundBodyReasonCode",
    "Registration",
    "RegistrationAnswer",
    "RegistrationCustomer",
    "RegistrationQuestion",
    "RegistrationQuestionCustomer",
    "RegistrationQuestionOperator",
    "RegistrationReasonCodeType0",
    "RelocationBody",
    "RelocationBodyReasonCodeType0",
    "RelocationBodyToOperator",
    "RenewalBonusAnswer",
    "RenewalBonusAnswerWindow",
    "RenewalBonusQuestion",
    "RenewalBonusQuestionServiceClass",
    "Resent",
    "ResumeBody",
    "ResumeBodyReasonCodeType0",
    "ReversalBody",
    "ReversalBodyReasonCode",
    "RevisionBody",
    "RevisionBodyReasonCode",
    "Rollout",
    "RolloutBody",
    "RolloutBodyKind",
    "RolloutBodyReasonCodeType0",
    "RolloutPage",
    "Sent",
    "ServiceStartBody",
    "ServiceStartBodyReasonCodeType0",
    "Session",
    "SessionShown",
    "SessionShownMember",
    "SettlementBody",
    "SettlementBodyReasonCode",
    "SpendAnswer",
    "SpendQuestion",
    "Statement",
    "StatementItemsItem",
    "StatementPage",
    "StillWaiting",
    "Storage",
    "StorageDeletionsItem",
    "StorageReversionAnswer",
    "StorageReversionQuestion",
    "SupportBody",
    "SupportBodyReasonCodeType0",
    "SupportService",
    "Taken",
    "Task",
    "TerminationBody",
    "TerminationBodyReasonCode",
    "TerminationFeeAnswer",
    "TerminationFeeQuestion",
    "TerminationFeeQuestionCause",
    "TerminationFeeQuestionWaiverType0",
    "TriedAgain",
    "UseAnswer",
    "WaiverBody",
    "WaiverBodyCase",
    "WaiverBodyReasonCode",
    "WaiverRequestBody",
    "WaiverRequestBodyCase",
    "WaiverRequestBodyReasonCodeType0",
    "WindDownBody",
    "WindDownBodyReasonCodeType0",
)
