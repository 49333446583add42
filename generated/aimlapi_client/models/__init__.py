"""The data models, each imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adaptive_thinking_config_param import AdaptiveThinkingConfigParam
    from .auto_top_up import AutoTopUp
    from .balance import Balance
    from .base_64_document_source_param import Base64DocumentSourceParam
    from .base_64_image_source_param import Base64ImageSourceParam
    from .bash_code_execution_result_param import BashCodeExecutionResultParam
    from .bash_code_execution_tool_result_block import BashCodeExecutionToolResultBlock
    from .bash_code_execution_tool_result_block_param import BashCodeExecutionToolResultBlockParam
    from .bash_code_execution_tool_result_error_param import BashCodeExecutionToolResultErrorParam
    from .bash_tool_param import BashToolParam
    from .batch import Batch
    from .batch_message_param import BatchMessageParam
    from .batch_message_params import BatchMessageParams
    from .batch_request_param import BatchRequestParam
    from .batch_result import BatchResult
    from .batch_status import BatchStatus
    from .billing_detail import BillingDetail
    from .billing_summary import BillingSummary
    from .cache_control_param import CacheControlParam
    from .cache_creation import CacheCreation
    from .canceled_result import CanceledResult
    from .cancelled_batch import CancelledBatch
    from .citations_config import CitationsConfig
    from .citations_delta import CitationsDelta
    from .code_execution_caller_param import CodeExecutionCallerParam
    from .code_execution_output import CodeExecutionOutput
    from .code_execution_result import CodeExecutionResult
    from .code_execution_result_param import CodeExecutionResultParam
    from .code_execution_tool_param import CodeExecutionToolParam
    from .code_execution_tool_result_block import CodeExecutionToolResultBlock
    from .code_execution_tool_result_block_param import CodeExecutionToolResultBlockParam
    from .code_execution_tool_result_error_param import CodeExecutionToolResultErrorParam
    from .container import Container
    from .container_upload_block import ContainerUploadBlock
    from .content_block_delta_event import ContentBlockDeltaEvent
    from .content_block_start_event import ContentBlockStartEvent
    from .content_block_stop_event import ContentBlockStopEvent
    from .content_source_param import ContentSourceParam
    from .cost_event import CostEvent
    from .cost_usage import CostUsage
    from .create_batch_params import CreateBatchParams
    from .create_key_params import CreateKeyParams
    from .create_message_params import CreateMessageParams
    from .created_key import CreatedKey
    from .created_key_envelope import CreatedKeyEnvelope
    from .cursor_pagination import CursorPagination
    from .custom_tool_call_param import CustomToolCallParam
    from .deleted_key import DeletedKey
    from .deleted_key_envelope import DeletedKeyEnvelope
    from .deprecation import Deprecation
    from .deprecation_list import DeprecationList
    from .developer_message_param import DeveloperMessageParam
    from .direct_caller_param import DirectCallerParam
    from .disabled_thinking_config_param import DisabledThinkingConfigParam
    from .document_block import DocumentBlock
    from .document_block_param import DocumentBlockParam
    from .document_source import DocumentSource
    from .enabled_thinking_config_param import EnabledThinkingConfigParam
    from .encrypted_code_execution_result_param import EncryptedCodeExecutionResultParam
    from .error_detail import ErrorDetail
    from .error_event import ErrorEvent
    from .error_response import ErrorResponse
    from .errored_result import ErroredResult
    from .expired_result import ExpiredResult
    from .file_block_param import FileBlockParam
    from .function_message_param import FunctionMessageParam
    from .function_tool_call_param import FunctionToolCallParam
    from .function_tool_param import FunctionToolParam
    from .image_block_param import ImageBlockParam
    from .image_url_block_param import ImageUrlBlockParam
    from .input_audio_block_param import InputAudioBlockParam
    from .input_json_delta import InputJsonDelta
    from .key_envelope import KeyEnvelope
    from .key_info import KeyInfo
    from .key_limit import KeyLimit
    from .key_limit_param import KeyLimitParam
    from .key_list import KeyList
    from .known_model import KnownModel
    from .latency_metrics import LatencyMetrics
    from .legacy_choice import LegacyChoice
    from .legacy_choice_message import LegacyChoiceMessage
    from .legacy_chunk import LegacyChunk
    from .legacy_error import LegacyError
    from .legacy_message import LegacyMessage
    from .legacy_usage import LegacyUsage
    from .log_entry import LogEntry
    from .log_page import LogPage
    from .memory_tool_param import MemoryToolParam
    from .message import Message
    from .message_delta import MessageDelta
    from .message_delta_event import MessageDeltaEvent
    from .message_delta_usage import MessageDeltaUsage
    from .message_param import MessageParam
    from .message_start_event import MessageStartEvent
    from .message_stop_event import MessageStopEvent
    from .meta import Meta
    from .model_card import ModelCard
    from .model_info import ModelInfo
    from .model_list import ModelList
    from .model_metrics import ModelMetrics
    from .model_metrics_list import ModelMetricsList
    from .model_modalities import ModelModalities
    from .model_price import ModelPrice
    from .model_pricing import ModelPricing
    from .model_usage import ModelUsage
    from .money import Money
    from .offset_pagination import OffsetPagination
    from .open_ai_custom_tool_param import OpenAICustomToolParam
    from .output_config_param import OutputConfigParam
    from .output_tokens_details import OutputTokensDetails
    from .percentiles import Percentiles
    from .ping_event import PingEvent
    from .plain_text_source_param import PlainTextSourceParam
    from .problem_details import ProblemDetails
    from .problem_error import ProblemError
    from .problem_issue import ProblemIssue
    from .redacted_thinking_block import RedactedThinkingBlock
    from .redacted_thinking_block_param import RedactedThinkingBlockParam
    from .refusal_block_param import RefusalBlockParam
    from .replace_key_params import ReplaceKeyParams
    from .request_counts import RequestCounts
    from .search_result_block_param import SearchResultBlockParam
    from .server_tool_usage import ServerToolUsage
    from .server_tool_use_block import ServerToolUseBlock
    from .server_tool_use_block_param import ServerToolUseBlockParam
    from .signature_delta import SignatureDelta
    from .stop_details import StopDetails
    from .stop_reason import StopReason
    from .succeeded_result import SucceededResult
    from .system_message_param import SystemMessageParam
    from .system_text_param import SystemTextParam
    from .text_block import TextBlock
    from .text_block_param import TextBlockParam
    from .text_citation import TextCitation
    from .text_delta import TextDelta
    from .text_editor_code_execution_create_result_param import TextEditorCodeExecutionCreateResultParam
    from .text_editor_code_execution_result import TextEditorCodeExecutionResult
    from .text_editor_code_execution_str_replace_result_param import (
        TextEditorCodeExecutionStrReplaceResultParam,
    )
    from .text_editor_code_execution_tool_result_block import TextEditorCodeExecutionToolResultBlock
    from .text_editor_code_execution_tool_result_block_param import (
        TextEditorCodeExecutionToolResultBlockParam,
    )
    from .text_editor_code_execution_tool_result_error_param import (
        TextEditorCodeExecutionToolResultErrorParam,
    )
    from .text_editor_code_execution_view_result_param import TextEditorCodeExecutionViewResultParam
    from .text_editor_tool_param import TextEditorToolParam
    from .thinking_block import ThinkingBlock
    from .thinking_block_param import ThinkingBlockParam
    from .thinking_delta import ThinkingDelta
    from .token_counts import TokenCounts
    from .tool_caller import ToolCaller
    from .tool_choice_allowed_tools_param import ToolChoiceAllowedToolsParam
    from .tool_choice_any_param import ToolChoiceAnyParam
    from .tool_choice_auto_param import ToolChoiceAutoParam
    from .tool_choice_custom_param import ToolChoiceCustomParam
    from .tool_choice_function_param import ToolChoiceFunctionParam
    from .tool_choice_none_param import ToolChoiceNoneParam
    from .tool_choice_tool_param import ToolChoiceToolParam
    from .tool_message_param import ToolMessageParam
    from .tool_param import ToolParam
    from .tool_reference import ToolReference
    from .tool_reference_block_param import ToolReferenceBlockParam
    from .tool_result_block_param import ToolResultBlockParam
    from .tool_search_result import ToolSearchResult
    from .tool_search_result_param import ToolSearchResultParam
    from .tool_search_tool_bm_25_param import ToolSearchToolBm25Param
    from .tool_search_tool_regex_param import ToolSearchToolRegexParam
    from .tool_search_tool_result_block import ToolSearchToolResultBlock
    from .tool_search_tool_result_block_param import ToolSearchToolResultBlockParam
    from .tool_search_tool_result_error_param import ToolSearchToolResultErrorParam
    from .tool_use_block import ToolUseBlock
    from .tool_use_block_param import ToolUseBlockParam
    from .transaction import Transaction
    from .transaction_page import TransactionPage
    from .unknown_batch_result_outcome import UnknownBatchResultOutcome
    from .unknown_content_block import UnknownContentBlock
    from .unknown_content_block_delta import UnknownContentBlockDelta
    from .unknown_message_stream_event import UnknownMessageStreamEvent
    from .unknown_param import UnknownParam
    from .unknown_role_param import UnknownRoleParam
    from .unknown_thinking_config_param import UnknownThinkingConfigParam
    from .unknown_tool_choice_param import UnknownToolChoiceParam
    from .unknown_tool_param import UnknownToolParam
    from .update_key_params import UpdateKeyParams
    from .url_source_param import UrlSourceParam
    from .usage import Usage
    from .usage_detail import UsageDetail
    from .usage_group import UsageGroup
    from .usage_request_counts import UsageRequestCounts
    from .usage_summary import UsageSummary
    from .video_url_block_param import VideoUrlBlockParam
    from .web_fetch_result import WebFetchResult
    from .web_fetch_result_param import WebFetchResultParam
    from .web_fetch_tool_param import WebFetchToolParam
    from .web_fetch_tool_result_block import WebFetchToolResultBlock
    from .web_fetch_tool_result_block_param import WebFetchToolResultBlockParam
    from .web_fetch_tool_result_error_param import WebFetchToolResultErrorParam
    from .web_search_result import WebSearchResult
    from .web_search_result_param import WebSearchResultParam
    from .web_search_tool_param import WebSearchToolParam
    from .web_search_tool_result_block import WebSearchToolResultBlock
    from .web_search_tool_result_block_param import WebSearchToolResultBlockParam
    from .web_search_tool_result_error import WebSearchToolResultError
    from .web_search_tool_result_error_param import WebSearchToolResultErrorParam

_MODULES = {
    "AdaptiveThinkingConfigParam": ".adaptive_thinking_config_param",
    "AutoTopUp": ".auto_top_up",
    "Balance": ".balance",
    "Base64DocumentSourceParam": ".base_64_document_source_param",
    "Base64ImageSourceParam": ".base_64_image_source_param",
    "BashCodeExecutionResultParam": ".bash_code_execution_result_param",
    "BashCodeExecutionToolResultBlock": ".bash_code_execution_tool_result_block",
    "BashCodeExecutionToolResultBlockParam": ".bash_code_execution_tool_result_block_param",
    "BashCodeExecutionToolResultErrorParam": ".bash_code_execution_tool_result_error_param",
    "BashToolParam": ".bash_tool_param",
    "Batch": ".batch",
    "BatchMessageParam": ".batch_message_param",
    "BatchMessageParams": ".batch_message_params",
    "BatchRequestParam": ".batch_request_param",
    "BatchResult": ".batch_result",
    "BatchStatus": ".batch_status",
    "BillingDetail": ".billing_detail",
    "BillingSummary": ".billing_summary",
    "CacheControlParam": ".cache_control_param",
    "CacheCreation": ".cache_creation",
    "CanceledResult": ".canceled_result",
    "CancelledBatch": ".cancelled_batch",
    "CitationsConfig": ".citations_config",
    "CitationsDelta": ".citations_delta",
    "CodeExecutionCallerParam": ".code_execution_caller_param",
    "CodeExecutionOutput": ".code_execution_output",
    "CodeExecutionResult": ".code_execution_result",
    "CodeExecutionResultParam": ".code_execution_result_param",
    "CodeExecutionToolParam": ".code_execution_tool_param",
    "CodeExecutionToolResultBlock": ".code_execution_tool_result_block",
    "CodeExecutionToolResultBlockParam": ".code_execution_tool_result_block_param",
    "CodeExecutionToolResultErrorParam": ".code_execution_tool_result_error_param",
    "Container": ".container",
    "ContainerUploadBlock": ".container_upload_block",
    "ContentBlockDeltaEvent": ".content_block_delta_event",
    "ContentBlockStartEvent": ".content_block_start_event",
    "ContentBlockStopEvent": ".content_block_stop_event",
    "ContentSourceParam": ".content_source_param",
    "CostEvent": ".cost_event",
    "CostUsage": ".cost_usage",
    "CreateBatchParams": ".create_batch_params",
    "CreateKeyParams": ".create_key_params",
    "CreateMessageParams": ".create_message_params",
    "CreatedKey": ".created_key",
    "CreatedKeyEnvelope": ".created_key_envelope",
    "CursorPagination": ".cursor_pagination",
    "CustomToolCallParam": ".custom_tool_call_param",
    "DeletedKey": ".deleted_key",
    "DeletedKeyEnvelope": ".deleted_key_envelope",
    "Deprecation": ".deprecation",
    "DeprecationList": ".deprecation_list",
    "DeveloperMessageParam": ".developer_message_param",
    "DirectCallerParam": ".direct_caller_param",
    "DisabledThinkingConfigParam": ".disabled_thinking_config_param",
    "DocumentBlock": ".document_block",
    "DocumentBlockParam": ".document_block_param",
    "DocumentSource": ".document_source",
    "EnabledThinkingConfigParam": ".enabled_thinking_config_param",
    "EncryptedCodeExecutionResultParam": ".encrypted_code_execution_result_param",
    "ErrorDetail": ".error_detail",
    "ErrorEvent": ".error_event",
    "ErrorResponse": ".error_response",
    "ErroredResult": ".errored_result",
    "ExpiredResult": ".expired_result",
    "FileBlockParam": ".file_block_param",
    "FunctionMessageParam": ".function_message_param",
    "FunctionToolCallParam": ".function_tool_call_param",
    "FunctionToolParam": ".function_tool_param",
    "ImageBlockParam": ".image_block_param",
    "ImageUrlBlockParam": ".image_url_block_param",
    "InputAudioBlockParam": ".input_audio_block_param",
    "InputJsonDelta": ".input_json_delta",
    "KeyEnvelope": ".key_envelope",
    "KeyInfo": ".key_info",
    "KeyLimit": ".key_limit",
    "KeyLimitParam": ".key_limit_param",
    "KeyList": ".key_list",
    "KnownModel": ".known_model",
    "LatencyMetrics": ".latency_metrics",
    "LegacyChoice": ".legacy_choice",
    "LegacyChoiceMessage": ".legacy_choice_message",
    "LegacyChunk": ".legacy_chunk",
    "LegacyError": ".legacy_error",
    "LegacyMessage": ".legacy_message",
    "LegacyUsage": ".legacy_usage",
    "LogEntry": ".log_entry",
    "LogPage": ".log_page",
    "MemoryToolParam": ".memory_tool_param",
    "Message": ".message",
    "MessageDelta": ".message_delta",
    "MessageDeltaEvent": ".message_delta_event",
    "MessageDeltaUsage": ".message_delta_usage",
    "MessageParam": ".message_param",
    "MessageStartEvent": ".message_start_event",
    "MessageStopEvent": ".message_stop_event",
    "Meta": ".meta",
    "ModelCard": ".model_card",
    "ModelInfo": ".model_info",
    "ModelList": ".model_list",
    "ModelMetrics": ".model_metrics",
    "ModelMetricsList": ".model_metrics_list",
    "ModelModalities": ".model_modalities",
    "ModelPrice": ".model_price",
    "ModelPricing": ".model_pricing",
    "ModelUsage": ".model_usage",
    "Money": ".money",
    "OffsetPagination": ".offset_pagination",
    "OpenAICustomToolParam": ".open_ai_custom_tool_param",
    "OutputConfigParam": ".output_config_param",
    "OutputTokensDetails": ".output_tokens_details",
    "Percentiles": ".percentiles",
    "PingEvent": ".ping_event",
    "PlainTextSourceParam": ".plain_text_source_param",
    "ProblemDetails": ".problem_details",
    "ProblemError": ".problem_error",
    "ProblemIssue": ".problem_issue",
    "RedactedThinkingBlock": ".redacted_thinking_block",
    "RedactedThinkingBlockParam": ".redacted_thinking_block_param",
    "RefusalBlockParam": ".refusal_block_param",
    "ReplaceKeyParams": ".replace_key_params",
    "RequestCounts": ".request_counts",
    "SearchResultBlockParam": ".search_result_block_param",
    "ServerToolUsage": ".server_tool_usage",
    "ServerToolUseBlock": ".server_tool_use_block",
    "ServerToolUseBlockParam": ".server_tool_use_block_param",
    "SignatureDelta": ".signature_delta",
    "StopDetails": ".stop_details",
    "StopReason": ".stop_reason",
    "SucceededResult": ".succeeded_result",
    "SystemMessageParam": ".system_message_param",
    "SystemTextParam": ".system_text_param",
    "TextBlock": ".text_block",
    "TextBlockParam": ".text_block_param",
    "TextCitation": ".text_citation",
    "TextDelta": ".text_delta",
    "TextEditorCodeExecutionCreateResultParam": ".text_editor_code_execution_create_result_param",
    "TextEditorCodeExecutionResult": ".text_editor_code_execution_result",
    "TextEditorCodeExecutionStrReplaceResultParam": ".text_editor_code_execution_str_replace_result_param",
    "TextEditorCodeExecutionToolResultBlock": ".text_editor_code_execution_tool_result_block",
    "TextEditorCodeExecutionToolResultBlockParam": ".text_editor_code_execution_tool_result_block_param",
    "TextEditorCodeExecutionToolResultErrorParam": ".text_editor_code_execution_tool_result_error_param",
    "TextEditorCodeExecutionViewResultParam": ".text_editor_code_execution_view_result_param",
    "TextEditorToolParam": ".text_editor_tool_param",
    "ThinkingBlock": ".thinking_block",
    "ThinkingBlockParam": ".thinking_block_param",
    "ThinkingDelta": ".thinking_delta",
    "TokenCounts": ".token_counts",
    "ToolCaller": ".tool_caller",
    "ToolChoiceAllowedToolsParam": ".tool_choice_allowed_tools_param",
    "ToolChoiceAnyParam": ".tool_choice_any_param",
    "ToolChoiceAutoParam": ".tool_choice_auto_param",
    "ToolChoiceCustomParam": ".tool_choice_custom_param",
    "ToolChoiceFunctionParam": ".tool_choice_function_param",
    "ToolChoiceNoneParam": ".tool_choice_none_param",
    "ToolChoiceToolParam": ".tool_choice_tool_param",
    "ToolMessageParam": ".tool_message_param",
    "ToolParam": ".tool_param",
    "ToolReference": ".tool_reference",
    "ToolReferenceBlockParam": ".tool_reference_block_param",
    "ToolResultBlockParam": ".tool_result_block_param",
    "ToolSearchResult": ".tool_search_result",
    "ToolSearchResultParam": ".tool_search_result_param",
    "ToolSearchToolBm25Param": ".tool_search_tool_bm_25_param",
    "ToolSearchToolRegexParam": ".tool_search_tool_regex_param",
    "ToolSearchToolResultBlock": ".tool_search_tool_result_block",
    "ToolSearchToolResultBlockParam": ".tool_search_tool_result_block_param",
    "ToolSearchToolResultErrorParam": ".tool_search_tool_result_error_param",
    "ToolUseBlock": ".tool_use_block",
    "ToolUseBlockParam": ".tool_use_block_param",
    "Transaction": ".transaction",
    "TransactionPage": ".transaction_page",
    "UnknownBatchResultOutcome": ".unknown_batch_result_outcome",
    "UnknownContentBlock": ".unknown_content_block",
    "UnknownContentBlockDelta": ".unknown_content_block_delta",
    "UnknownMessageStreamEvent": ".unknown_message_stream_event",
    "UnknownParam": ".unknown_param",
    "UnknownRoleParam": ".unknown_role_param",
    "UnknownThinkingConfigParam": ".unknown_thinking_config_param",
    "UnknownToolChoiceParam": ".unknown_tool_choice_param",
    "UnknownToolParam": ".unknown_tool_param",
    "UpdateKeyParams": ".update_key_params",
    "UrlSourceParam": ".url_source_param",
    "Usage": ".usage",
    "UsageDetail": ".usage_detail",
    "UsageGroup": ".usage_group",
    "UsageRequestCounts": ".usage_request_counts",
    "UsageSummary": ".usage_summary",
    "VideoUrlBlockParam": ".video_url_block_param",
    "WebFetchResult": ".web_fetch_result",
    "WebFetchResultParam": ".web_fetch_result_param",
    "WebFetchToolParam": ".web_fetch_tool_param",
    "WebFetchToolResultBlock": ".web_fetch_tool_result_block",
    "WebFetchToolResultBlockParam": ".web_fetch_tool_result_block_param",
    "WebFetchToolResultErrorParam": ".web_fetch_tool_result_error_param",
    "WebSearchResult": ".web_search_result",
    "WebSearchResultParam": ".web_search_result_param",
    "WebSearchToolParam": ".web_search_tool_param",
    "WebSearchToolResultBlock": ".web_search_tool_result_block",
    "WebSearchToolResultBlockParam": ".web_search_tool_result_block_param",
    "WebSearchToolResultError": ".web_search_tool_result_error",
    "WebSearchToolResultErrorParam": ".web_search_tool_result_error_param",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = (
    "AdaptiveThinkingConfigParam",
    "AutoTopUp",
    "Balance",
    "Base64DocumentSourceParam",
    "Base64ImageSourceParam",
    "BashCodeExecutionResultParam",
    "BashCodeExecutionToolResultBlock",
    "BashCodeExecutionToolResultBlockParam",
    "BashCodeExecutionToolResultErrorParam",
    "BashToolParam",
    "Batch",
    "BatchMessageParam",
    "BatchMessageParams",
    "BatchRequestParam",
    "BatchResult",
    "BatchStatus",
    "BillingDetail",
    "BillingSummary",
    "CacheControlParam",
    "CacheCreation",
    "CanceledResult",
    "CancelledBatch",
    "CitationsConfig",
    "CitationsDelta",
    "CodeExecutionCallerParam",
    "CodeExecutionOutput",
    "CodeExecutionResult",
    "CodeExecutionResultParam",
    "CodeExecutionToolParam",
    "CodeExecutionToolResultBlock",
    "CodeExecutionToolResultBlockParam",
    "CodeExecutionToolResultErrorParam",
    "Container",
    "ContainerUploadBlock",
    "ContentBlockDeltaEvent",
    "ContentBlockStartEvent",
    "ContentBlockStopEvent",
    "ContentSourceParam",
    "CostEvent",
    "CostUsage",
    "CreateBatchParams",
    "CreateKeyParams",
    "CreateMessageParams",
    "CreatedKey",
    "CreatedKeyEnvelope",
    "CursorPagination",
    "CustomToolCallParam",
    "DeletedKey",
    "DeletedKeyEnvelope",
    "Deprecation",
    "DeprecationList",
    "DeveloperMessageParam",
    "DirectCallerParam",
    "DisabledThinkingConfigParam",
    "DocumentBlock",
    "DocumentBlockParam",
    "DocumentSource",
    "EnabledThinkingConfigParam",
    "EncryptedCodeExecutionResultParam",
    "ErrorDetail",
    "ErrorEvent",
    "ErrorResponse",
    "ErroredResult",
    "ExpiredResult",
    "FileBlockParam",
    "FunctionMessageParam",
    "FunctionToolCallParam",
    "FunctionToolParam",
    "ImageBlockParam",
    "ImageUrlBlockParam",
    "InputAudioBlockParam",
    "InputJsonDelta",
    "KeyEnvelope",
    "KeyInfo",
    "KeyLimit",
    "KeyLimitParam",
    "KeyList",
    "KnownModel",
    "LatencyMetrics",
    "LegacyChoice",
    "LegacyChoiceMessage",
    "LegacyChunk",
    "LegacyError",
    "LegacyMessage",
    "LegacyUsage",
    "LogEntry",
    "LogPage",
    "MemoryToolParam",
    "Message",
    "MessageDelta",
    "MessageDeltaEvent",
    "MessageDeltaUsage",
    "MessageParam",
    "MessageStartEvent",
    "MessageStopEvent",
    "Meta",
    "ModelCard",
    "ModelInfo",
    "ModelList",
    "ModelMetrics",
    "ModelMetricsList",
    "ModelModalities",
    "ModelPrice",
    "ModelPricing",
    "ModelUsage",
    "Money",
    "OffsetPagination",
    "OpenAICustomToolParam",
    "OutputConfigParam",
    "OutputTokensDetails",
    "Percentiles",
    "PingEvent",
    "PlainTextSourceParam",
    "ProblemDetails",
    "ProblemError",
    "ProblemIssue",
    "RedactedThinkingBlock",
    "RedactedThinkingBlockParam",
    "RefusalBlockParam",
    "ReplaceKeyParams",
    "RequestCounts",
    "SearchResultBlockParam",
    "ServerToolUsage",
    "ServerToolUseBlock",
    "ServerToolUseBlockParam",
    "SignatureDelta",
    "StopDetails",
    "StopReason",
    "SucceededResult",
    "SystemMessageParam",
    "SystemTextParam",
    "TextBlock",
    "TextBlockParam",
    "TextCitation",
    "TextDelta",
    "TextEditorCodeExecutionCreateResultParam",
    "TextEditorCodeExecutionResult",
    "TextEditorCodeExecutionStrReplaceResultParam",
    "TextEditorCodeExecutionToolResultBlock",
    "TextEditorCodeExecutionToolResultBlockParam",
    "TextEditorCodeExecutionToolResultErrorParam",
    "TextEditorCodeExecutionViewResultParam",
    "TextEditorToolParam",
    "ThinkingBlock",
    "ThinkingBlockParam",
    "ThinkingDelta",
    "TokenCounts",
    "ToolCaller",
    "ToolChoiceAllowedToolsParam",
    "ToolChoiceAnyParam",
    "ToolChoiceAutoParam",
    "ToolChoiceCustomParam",
    "ToolChoiceFunctionParam",
    "ToolChoiceNoneParam",
    "ToolChoiceToolParam",
    "ToolMessageParam",
    "ToolParam",
    "ToolReference",
    "ToolReferenceBlockParam",
    "ToolResultBlockParam",
    "ToolSearchResult",
    "ToolSearchResultParam",
    "ToolSearchToolBm25Param",
    "ToolSearchToolRegexParam",
    "ToolSearchToolResultBlock",
    "ToolSearchToolResultBlockParam",
    "ToolSearchToolResultErrorParam",
    "ToolUseBlock",
    "ToolUseBlockParam",
    "Transaction",
    "TransactionPage",
    "UnknownBatchResultOutcome",
    "UnknownContentBlock",
    "UnknownContentBlockDelta",
    "UnknownMessageStreamEvent",
    "UnknownParam",
    "UnknownRoleParam",
    "UnknownThinkingConfigParam",
    "UnknownToolChoiceParam",
    "UnknownToolParam",
    "UpdateKeyParams",
    "UrlSourceParam",
    "Usage",
    "UsageDetail",
    "UsageGroup",
    "UsageRequestCounts",
    "UsageSummary",
    "VideoUrlBlockParam",
    "WebFetchResult",
    "WebFetchResultParam",
    "WebFetchToolParam",
    "WebFetchToolResultBlock",
    "WebFetchToolResultBlockParam",
    "WebFetchToolResultErrorParam",
    "WebSearchResult",
    "WebSearchResultParam",
    "WebSearchToolParam",
    "WebSearchToolResultBlock",
    "WebSearchToolResultBlockParam",
    "WebSearchToolResultError",
    "WebSearchToolResultErrorParam",
)
