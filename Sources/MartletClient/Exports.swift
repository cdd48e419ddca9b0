// What the library's functions take and give; whoever uses it needs to import nothing else.

@_exported public import struct ClusterModel.AttemptID
@_exported public import enum ClusterModel.Change
@_exported public import struct ClusterModel.Counters
@_exported public import enum ClusterModel.CutDirection
@_exported public import struct ClusterModel.Instant
@_exported public import struct ClusterModel.JobID
@_exported public import struct ClusterModel.JobReport
@_exported public import struct ClusterModel.JobSpecification
@_exported public import enum ClusterModel.NodeFault
@_exported public import struct ClusterModel.NodeReport
@_exported public import enum ClusterModel.NodeRole
@_exported public import struct ClusterModel.StatusReport
@_exported public import struct ClusterModel.TaskID
@_exported public import enum ClusterModel.TaskKind
@_exported public import struct ClusterModel.TaskReport
@_exported public import struct EventLoop.SocketAddress
@_exported public import struct Wire.RecordedChange
