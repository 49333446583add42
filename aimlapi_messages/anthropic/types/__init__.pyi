# Made from __init__.py by `make twins`; do not edit.
# ruff: noqa: F405, RUF036
# pyright: reportIncompatibleVariableOverride=false
# mypy: disable-error-code="assignment"
from typing import Any, TypeAlias

from aimlapi_client import models
from aimlapi_client.params import *  # noqa: F403

from ... import types as ours
from ..answers import (
    ContentBlockStopEvent as ContentBlockStopEvent,
    Message as Message,
    MessageBatch as MessageBatch,
    MessageStopEvent as MessageStopEvent,
    Model as _Model,
    ParsedMessage as ParsedMessage,
    TextEvent as TextEvent,
)
from ..pages import ModelInfo as ModelInfo

class BashCodeExecutionToolResultBlock(_Model, ours.BashCodeExecutionToolResultBlock):
    content: CodeExecutionResult

BatchCounts: TypeAlias = ours.BatchCounts

class BatchResult(_Model, ours.BatchResult):
    result: CanceledResult | ErroredResult | ExpiredResult | SucceededResult | UnknownBatchResultOutcome

class CacheCreation(_Model, ours.CacheCreation): ...
class CanceledResult(_Model, ours.CanceledResult): ...
class CitationEvent(_Model, ours.CitationEvent): ...
class CitationsConfig(_Model, ours.CitationsConfig): ...

class CitationsDelta(_Model, ours.CitationsDelta):
    citation: TextCitation

class CodeExecutionOutput(_Model, ours.CodeExecutionOutput): ...

class CodeExecutionResult(_Model, ours.CodeExecutionResult):
    content: list[CodeExecutionOutput] | None

class CodeExecutionToolResultBlock(_Model, ours.CodeExecutionToolResultBlock):
    content: CodeExecutionResult

class Container(_Model, ours.Container): ...
class ContainerUploadBlock(_Model, ours.ContainerUploadBlock): ...

ContentBlock: TypeAlias = (
    TextBlock
    | ThinkingBlock
    | RedactedThinkingBlock
    | ToolUseBlock
    | ServerToolUseBlock
    | WebSearchToolResultBlock
    | WebFetchToolResultBlock
    | CodeExecutionToolResultBlock
    | BashCodeExecutionToolResultBlock
    | TextEditorCodeExecutionToolResultBlock
    | ToolSearchToolResultBlock
    | ContainerUploadBlock
    | UnknownContentBlock
)

class ContentBlockDeltaEvent(_Model, ours.ContentBlockDeltaEvent):
    delta: CitationsDelta | InputJsonDelta | SignatureDelta | TextDelta | ThinkingDelta | UnknownContentBlockDelta

class ContentBlockStartEvent(_Model, ours.ContentBlockStartEvent):
    content_block: (
        BashCodeExecutionToolResultBlock
        | CodeExecutionToolResultBlock
        | ContainerUploadBlock
        | RedactedThinkingBlock
        | ServerToolUseBlock
        | TextBlock
        | TextEditorCodeExecutionToolResultBlock
        | ThinkingBlock
        | ToolSearchToolResultBlock
        | ToolUseBlock
        | UnknownContentBlock
        | WebFetchToolResultBlock
        | WebSearchToolResultBlock
    )

class CostEvent(_Model, ours.CostEvent):
    meta: Meta

class CostUsage(_Model, ours.CostUsage): ...

class DocumentBlock(_Model, ours.DocumentBlock):
    citations: CitationsConfig | None
    source: DocumentSource | None

class DocumentSource(_Model, ours.DocumentSource): ...
class ErrorDetail(_Model, ours.ErrorDetail): ...

class ErrorResponse(_Model, ours.ErrorResponse):
    error: ErrorDetail

class ErroredResult(_Model, ours.ErroredResult):
    error: ErrorResponse

class ExpiredResult(_Model, ours.ExpiredResult): ...
class InputJsonDelta(_Model, ours.InputJsonDelta): ...
class InputJsonEvent(_Model, ours.InputJsonEvent): ...

class MessageDelta(_Model, ours.MessageDelta):
    stop_details: None | StopDetails

class MessageDeltaEvent(_Model, ours.MessageDeltaEvent):
    delta: MessageDelta
    usage: MessageDeltaUsage | None

class MessageDeltaUsage(_Model, ours.MessageDeltaUsage):
    output_tokens_details: None | OutputTokensDetails
    server_tool_use: None | ServerToolUsage

class MessageStartEvent(_Model, ours.MessageStartEvent):
    message: Message

MessageStreamEvent: TypeAlias = (
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | MessageDeltaEvent
    | PingEvent
    | UnknownEvent
    | CostEvent
    | TextEvent
    | ThinkingEvent
    | SignatureEvent
    | InputJsonEvent
    | CitationEvent
    | ContentBlockStopEvent
    | MessageStopEvent
)

class Meta(_Model, ours.Meta):
    usage: CostUsage

class OutputTokensDetails(_Model, ours.OutputTokensDetails): ...
class PingEvent(_Model, ours.PingEvent): ...
class RedactedThinkingBlock(_Model, ours.RedactedThinkingBlock): ...
class ServerToolUsage(_Model, ours.ServerToolUsage): ...

class ServerToolUseBlock(_Model, ours.ServerToolUseBlock):
    caller: None | ToolCaller

class SignatureDelta(_Model, ours.SignatureDelta): ...
class SignatureEvent(_Model, ours.SignatureEvent): ...
class StopDetails(_Model, ours.StopDetails): ...

StopReason: TypeAlias = ours.StopReason

class _RawContentBlockStopEvent(_Model, models.ContentBlockStopEvent): ...
class _RawMessageStopEvent(_Model, models.MessageStopEvent): ...

StreamEvent: TypeAlias = (
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | MessageDeltaEvent
    | PingEvent
    | UnknownEvent
    | CostEvent
    | _RawContentBlockStopEvent
    | _RawMessageStopEvent
)

class SucceededResult(_Model, ours.SucceededResult):
    message: Message

class TextBlock(_Model, ours.TextBlock):
    citations: list[TextCitation] | None

class TextCitation(_Model, ours.TextCitation): ...
class TextDelta(_Model, ours.TextDelta): ...
class TextEditorCodeExecutionResult(_Model, ours.TextEditorCodeExecutionResult): ...

class TextEditorCodeExecutionToolResultBlock(_Model, ours.TextEditorCodeExecutionToolResultBlock):
    content: TextEditorCodeExecutionResult

class ThinkingBlock(_Model, ours.ThinkingBlock): ...
class ThinkingDelta(_Model, ours.ThinkingDelta): ...
class ThinkingEvent(_Model, ours.ThinkingEvent): ...
class ToolCaller(_Model, ours.ToolCaller): ...
class ToolReference(_Model, ours.ToolReference): ...

class ToolSearchResult(_Model, ours.ToolSearchResult):
    tool_references: list[ToolReference] | None

class ToolSearchToolResultBlock(_Model, ours.ToolSearchToolResultBlock):
    content: ToolSearchResult

class ToolUseBlock(_Model, ours.ToolUseBlock):
    caller: None | ToolCaller

class UnknownBatchResultOutcome(_Model, ours.UnknownBatchResultOutcome): ...
class UnknownContentBlock(_Model, ours.UnknownContentBlock): ...
class UnknownContentBlockDelta(_Model, ours.UnknownContentBlockDelta): ...
class UnknownEvent(_Model, ours.UnknownEvent): ...

class Usage(_Model, ours.Usage):
    cache_creation: CacheCreation | None
    output_tokens_details: None | OutputTokensDetails
    server_tool_use: None | ServerToolUsage

class WebFetchResult(_Model, ours.WebFetchResult):
    content: DocumentBlock | None

class WebFetchToolResultBlock(_Model, ours.WebFetchToolResultBlock):
    content: WebFetchResult
    caller: None | ToolCaller

class WebSearchResult(_Model, ours.WebSearchResult): ...

class WebSearchToolResultBlock(_Model, ours.WebSearchToolResultBlock):
    content: list[WebSearchResult] | WebSearchToolResultError
    caller: None | ToolCaller

class WebSearchToolResultError(_Model, ours.WebSearchToolResultError): ...

class TypedMessage(ours.Message):
    content: list[
        BashCodeExecutionToolResultBlock
        | CodeExecutionToolResultBlock
        | ContainerUploadBlock
        | RedactedThinkingBlock
        | ServerToolUseBlock
        | TextBlock
        | TextEditorCodeExecutionToolResultBlock
        | ThinkingBlock
        | ToolSearchToolResultBlock
        | ToolUseBlock
        | UnknownContentBlock
        | WebFetchToolResultBlock
        | WebSearchToolResultBlock
    ]
    usage: Usage
    container: Container | None
    meta: Meta | None
    stop_details: None | StopDetails

class BashCodeExecutionResultBlock(CodeExecutionResult): ...
class BashCodeExecutionToolResultError(CodeExecutionResult): ...
class CodeExecutionResultBlock(CodeExecutionResult): ...
class CodeExecutionToolResultError(CodeExecutionResult): ...
class EncryptedCodeExecutionResultBlock(CodeExecutionResult): ...
class Base64PDFSource(DocumentSource): ...
class PlainTextSource(DocumentSource): ...
class RefusalStopDetails(StopDetails): ...
class CitationCharLocation(TextCitation): ...
class CitationContentBlockLocation(TextCitation): ...
class CitationPageLocation(TextCitation): ...
class CitationSearchResultLocation(TextCitation): ...
class CitationsSearchResultLocation(TextCitation): ...
class CitationsWebSearchResultLocation(TextCitation): ...
class TextEditorCodeExecutionCreateResultBlock(TextEditorCodeExecutionResult): ...
class TextEditorCodeExecutionStrReplaceResultBlock(TextEditorCodeExecutionResult): ...
class TextEditorCodeExecutionToolResultError(TextEditorCodeExecutionResult): ...
class TextEditorCodeExecutionViewResultBlock(TextEditorCodeExecutionResult): ...
class DirectCaller(ToolCaller): ...
class ServerToolCaller(ToolCaller): ...
class ServerToolCaller20260120(ToolCaller): ...
class ToolSearchToolResultError(ToolSearchResult): ...
class ToolSearchToolSearchResultBlock(ToolSearchResult): ...
class WebFetchBlock(WebFetchResult): ...
class WebFetchToolResultErrorBlock(WebFetchResult): ...

AnthropicBetaParam: TypeAlias = dict[str, Any]
AssistantMessageParam: TypeAlias = dict[str, Any]
Base64PDFSourceParam: TypeAlias = dict[str, Any]
BashCodeExecutionOutputBlock: TypeAlias = CodeExecutionOutput
BashCodeExecutionOutputBlockParam: TypeAlias = dict[str, Any]
BashCodeExecutionResultBlockParam: TypeAlias = dict[str, Any]
BashCodeExecutionToolResultErrorCode: TypeAlias = BashCodeExecutionErrorCode
BashCodeExecutionToolResultErrorObject: TypeAlias = BashCodeExecutionToolResultError
BetaErrorObject: TypeAlias = ErrorDetail
BetaErrorResponse: TypeAlias = ErrorResponse
BetaMonetaryAmountParam: TypeAlias = dict[str, Any]
BrowserCloseTabConfigParam: TypeAlias = dict[str, Any]
BrowserDoubleClickConfigParam: TypeAlias = dict[str, Any]
BrowserFileUploadConfigParam: TypeAlias = dict[str, Any]
BrowserFindConfigParam: TypeAlias = dict[str, Any]
BrowserFormInputConfigParam: TypeAlias = dict[str, Any]
BrowserGetPageTextConfigParam: TypeAlias = dict[str, Any]
BrowserHoldKeyConfigParam: TypeAlias = dict[str, Any]
BrowserHoverConfigParam: TypeAlias = dict[str, Any]
BrowserJavascriptExecConfigParam: TypeAlias = dict[str, Any]
BrowserKeyConfigParam: TypeAlias = dict[str, Any]
BrowserLeftClickConfigParam: TypeAlias = dict[str, Any]
BrowserLeftClickDragConfigParam: TypeAlias = dict[str, Any]
BrowserLeftMouseDownConfigParam: TypeAlias = dict[str, Any]
BrowserLeftMouseUpConfigParam: TypeAlias = dict[str, Any]
BrowserListTabsConfigParam: TypeAlias = dict[str, Any]
BrowserMiddleClickConfigParam: TypeAlias = dict[str, Any]
BrowserMouseMoveConfigParam: TypeAlias = dict[str, Any]
BrowserNavigateConfigParam: TypeAlias = dict[str, Any]
BrowserNewTabConfigParam: TypeAlias = dict[str, Any]
BrowserReadConsoleConfigParam: TypeAlias = dict[str, Any]
BrowserReadNetworkConfigParam: TypeAlias = dict[str, Any]
BrowserReadPageConfigParam: TypeAlias = dict[str, Any]
BrowserRightClickConfigParam: TypeAlias = dict[str, Any]
BrowserScreenshotConfigParam: TypeAlias = dict[str, Any]
BrowserScrollConfigParam: TypeAlias = dict[str, Any]
BrowserScrollToConfigParam: TypeAlias = dict[str, Any]
BrowserStateBlockParam: TypeAlias = dict[str, Any]
BrowserStateChangeDownloadCompletedParam: TypeAlias = dict[str, Any]
BrowserStateChangeDownloadFailedParam: TypeAlias = dict[str, Any]
BrowserStateChangeDownloadStartedParam: TypeAlias = dict[str, Any]
BrowserStateChangeParam: TypeAlias = dict[str, Any]
BrowserStateChangeTabOpenedParam: TypeAlias = dict[str, Any]
BrowserStateTabEntryParam: TypeAlias = dict[str, Any]
BrowserSwitchTabConfigParam: TypeAlias = dict[str, Any]
BrowserToolset20260801Param: TypeAlias = dict[str, Any]
BrowserToolsetConfigsParam: TypeAlias = dict[str, Any]
BrowserTripleClickConfigParam: TypeAlias = dict[str, Any]
BrowserTypeConfigParam: TypeAlias = dict[str, Any]
BrowserWaitConfigParam: TypeAlias = dict[str, Any]
BrowserZoomConfigParam: TypeAlias = dict[str, Any]
CacheControlEphemeralParam: TypeAlias = CacheControlParam
CitationCharLocationParam: TypeAlias = dict[str, Any]
CitationContentBlockLocationParam: TypeAlias = dict[str, Any]
CitationPageLocationParam: TypeAlias = dict[str, Any]
CitationSearchResultLocationParam: TypeAlias = dict[str, Any]
CitationWebSearchResultLocationParam: TypeAlias = dict[str, Any]
CodeExecutionOutputBlock: TypeAlias = CodeExecutionOutput
CodeExecutionOutputBlockParam: TypeAlias = dict[str, Any]
CodeExecutionResultBlockParam: TypeAlias = dict[str, Any]
CodeExecutionTool20250522Param: TypeAlias = CodeExecutionToolParam
CodeExecutionTool20250825Param: TypeAlias = CodeExecutionToolParam
CodeExecutionTool20260120Param: TypeAlias = CodeExecutionToolParam
CodeExecutionTool20260521Param: TypeAlias = CodeExecutionToolParam
CodeExecutionToolResultBlockContent: TypeAlias = CodeExecutionResult
CodeExecutionToolResultBlockParamContentParam: TypeAlias = dict[str, Any]
CodeExecutionToolResultErrorCode: TypeAlias = CodeExecutionErrorCode
CodeExecutionToolResultErrorObject: TypeAlias = CodeExecutionToolResultError
ComputerCursorPositionConfigParam: TypeAlias = dict[str, Any]
ComputerDoubleClickConfigParam: TypeAlias = dict[str, Any]
ComputerHoldKeyConfigParam: TypeAlias = dict[str, Any]
ComputerKeyConfigParam: TypeAlias = dict[str, Any]
ComputerLeftClickConfigParam: TypeAlias = dict[str, Any]
ComputerLeftClickDragConfigParam: TypeAlias = dict[str, Any]
ComputerLeftMouseDownConfigParam: TypeAlias = dict[str, Any]
ComputerLeftMouseUpConfigParam: TypeAlias = dict[str, Any]
ComputerMiddleClickConfigParam: TypeAlias = dict[str, Any]
ComputerMouseMoveConfigParam: TypeAlias = dict[str, Any]
ComputerRightClickConfigParam: TypeAlias = dict[str, Any]
ComputerScreenshotConfigParam: TypeAlias = dict[str, Any]
ComputerScrollConfigParam: TypeAlias = dict[str, Any]
ComputerToolset20260801Param: TypeAlias = dict[str, Any]
ComputerToolsetConfigsParam: TypeAlias = dict[str, Any]
ComputerTripleClickConfigParam: TypeAlias = dict[str, Any]
ComputerTypeConfigParam: TypeAlias = dict[str, Any]
ComputerWaitConfigParam: TypeAlias = dict[str, Any]
ComputerZoomConfigParam: TypeAlias = dict[str, Any]
ContainerParams: TypeAlias = dict[str, Any]
ContainerUploadBlockParam: TypeAlias = dict[str, Any]
ContentBlockSourceContentParam: TypeAlias = dict[str, Any]
ContentBlockSourceParam: TypeAlias = dict[str, Any]
DiagnosticsParam: TypeAlias = dict[str, Any]
EncryptedCodeExecutionResultBlockParam: TypeAlias = dict[str, Any]
ErrorObject: TypeAlias = ErrorDetail
FileDocumentSourceParam: TypeAlias = dict[str, Any]
FileImageSourceParam: TypeAlias = dict[str, Any]
FileListParams: TypeAlias = dict[str, Any]
FileUploadParams: TypeAlias = dict[str, Any]
ImageTransformationsParam: TypeAlias = dict[str, Any]
InputJSONDelta: TypeAlias = InputJsonDelta
JSONOutputFormatParam: TypeAlias = dict[str, Any]
MemoryTool20250818Param: TypeAlias = MemoryToolParam
MessageContentParam: TypeAlias = dict[str, Any]
MessageCountTokensParams: TypeAlias = dict[str, Any]
MessageCountTokensToolParam: TypeAlias = dict[str, Any]
MessageCreateParams: TypeAlias = dict[str, Any]
MessageCreateParamsContainerParam: TypeAlias = dict[str, Any]
MetadataParam: TypeAlias = dict[str, Any]
Model: TypeAlias = str
ModelListParams: TypeAlias = dict[str, Any]
ModelParam: TypeAlias = str
ParsedContentBlock: TypeAlias = ContentBlock
ParsedTextBlock: TypeAlias = TextBlock
RawContentBlockDelta: TypeAlias = CitationsDelta | InputJsonDelta | SignatureDelta | TextDelta | ThinkingDelta
RawContentBlockDeltaEvent: TypeAlias = ContentBlockDeltaEvent
RawContentBlockStartEvent: TypeAlias = ContentBlockStartEvent
RawContentBlockStopEvent: TypeAlias = ContentBlockStopEvent
RawMessageDeltaEvent: TypeAlias = MessageDeltaEvent
RawMessageStartEvent: TypeAlias = MessageStartEvent
RawMessageStopEvent: TypeAlias = MessageStopEvent
RawMessageStreamEvent: TypeAlias = StreamEvent
ServerToolCaller20260120Param: TypeAlias = dict[str, Any]
ServerToolCallerParam: TypeAlias = dict[str, Any]
SkillCreateParams: TypeAlias = dict[str, Any]
SkillListParams: TypeAlias = dict[str, Any]
SkillParams: TypeAlias = dict[str, Any]
TextEditorCodeExecutionCreateResultBlockParam: TypeAlias = dict[str, Any]
TextEditorCodeExecutionStrReplaceResultBlockParam: TypeAlias = dict[str, Any]
TextEditorCodeExecutionToolResultErrorCode: TypeAlias = TextEditorCodeExecutionErrorCode
TextEditorCodeExecutionToolResultErrorObject: TypeAlias = TextEditorCodeExecutionToolResultError
TextEditorCodeExecutionViewResultBlockParam: TypeAlias = dict[str, Any]
ThinkingConfigAdaptiveParam: TypeAlias = dict[str, Any]
ThinkingConfigBetweenToolsParam: TypeAlias = dict[str, Any]
ThinkingConfigDisabledParam: TypeAlias = dict[str, Any]
ThinkingConfigEnabledParam: TypeAlias = dict[str, Any]
ToolBash20250124Param: TypeAlias = dict[str, Any]
ToolReferenceBlock: TypeAlias = ToolReference
ToolSearchToolBm25_20251119Param: TypeAlias = ToolSearchToolBm25Param
ToolSearchToolRegex20251119Param: TypeAlias = ToolSearchToolRegexParam
ToolSearchToolResultErrorCode: TypeAlias = CodeExecutionErrorCode
ToolSearchToolResultErrorObject: TypeAlias = ToolSearchToolResultError
ToolSearchToolSearchResultBlockParam: TypeAlias = dict[str, Any]
ToolTextEditor20250124Param: TypeAlias = dict[str, Any]
ToolTextEditor20250429Param: TypeAlias = dict[str, Any]
ToolTextEditor20250728Param: TypeAlias = dict[str, Any]
ToolUnionParam: TypeAlias = AnyToolParam
ToolUseCaller: TypeAlias = ToolCaller
URLImageSourceParam: TypeAlias = dict[str, Any]
URLPDFSourceParam: TypeAlias = dict[str, Any]
UserMessageParam: TypeAlias = dict[str, Any]
UserProfileCreateParams: TypeAlias = dict[str, Any]
UserProfileExternalUserDetailsParams: TypeAlias = dict[str, Any]
UserProfileListParams: TypeAlias = dict[str, Any]
UserProfileUpdateParams: TypeAlias = dict[str, Any]
WebFetchBlockParam: TypeAlias = dict[str, Any]
WebFetchTool20250910Param: TypeAlias = WebFetchToolParam
WebFetchTool20260209Param: TypeAlias = WebFetchToolParam
WebFetchTool20260309Param: TypeAlias = WebFetchToolParam
WebFetchTool20260318Param: TypeAlias = WebFetchToolParam
WebFetchToolResultErrorBlockParam: TypeAlias = dict[str, Any]
WebFetchToolResultErrorCode: TypeAlias = WebFetchErrorCode
WebFetchURLSourceAllParam: TypeAlias = dict[str, Any]
WebFetchURLSourceExceptParam: TypeAlias = dict[str, Any]
WebFetchURLSourceNoneParam: TypeAlias = dict[str, Any]
WebFetchURLSourceOnlyParam: TypeAlias = dict[str, Any]
WebFetchURLSourceToolReferenceParam: TypeAlias = dict[str, Any]
WebFetchURLSourcesParam: TypeAlias = dict[str, Any]
WebSearchResultBlock: TypeAlias = WebSearchResult
WebSearchResultBlockParam: TypeAlias = dict[str, Any]
WebSearchTool20250305Param: TypeAlias = WebSearchToolParam
WebSearchTool20260209Param: TypeAlias = WebSearchToolParam
WebSearchTool20260318Param: TypeAlias = WebSearchToolParam
WebSearchToolRequestErrorObjectParam: TypeAlias = dict[str, Any]
WebSearchToolRequestErrorParam: TypeAlias = dict[str, Any]
WebSearchToolResultBlockParamContentParam: TypeAlias = dict[str, Any]
WebSearchToolResultErrorCode: TypeAlias = WebSearchErrorCode
WebSearchToolResultErrorObject: TypeAlias = WebSearchToolResultError
