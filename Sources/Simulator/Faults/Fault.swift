public import ClusterModel

/// Something that goes wrong, or that somebody does to the cluster.
public enum Fault: Hashable, Sendable {
    /// A worker's process, or all of a rack's.
    public enum Place: Hashable, Sendable {
        case node(String)
        case rack(Int)
    }

    /// SIGKILL.
    case kill(Place)
    /// A worker with this name is started by hand.
    case start(String)
    case freeze(Place, Duration)
    case cut(Place, CutDirection, Duration)
    /// The connection to the coordinator breaks.
    case reset(Place)
    /// From now on it takes so many percent of the usual time.
    case slow(String, percent: Int)
    /// From now on whatever it runs fails.
    case sicken(String)
    /// The map output on its disk is gone.
    case loseOutput(String)
    /// The map output on its disk cannot be read.
    case corruptOutput(String)

    /// The coordinator is killed, and started again after so long.
    case crash(away: Duration)
    case freezeCoordinator(Duration)
    /// The wall's clock jumps, forward or back.
    case clockJump(Duration)
    /// The coordinator's disk has no room.
    case fillDisk(Duration)
    /// Each sync of the coordinator's disk takes so long.
    case slowDisk(sync: Duration, Duration)
    /// The launcher is killed, and another comes after so long. Its workers live on.
    case crashLauncher(away: Duration)
}

/// What plans are made of, as `--faults` names it.
public enum FaultKind: String, CaseIterable, Hashable, Sendable {
    case kill, rack, freeze, cut, reset, slow, sick, output, crash, stall, clock, disk, launcher, fail, hang, crawl,
        duplicate

    /// In words, for help.
    public var meaning: String {
        switch self {
        case .kill: "a worker is killed; most are started again"
        case .rack: "all workers of a rack are killed, frozen or cut off at once"
        case .freeze: "a worker stands still for a while"
        case .cut: "a worker's network is cut for a while, one way or both"
        case .reset: "a worker's connection breaks"
        case .slow: "a worker becomes many times slower"
        case .sick: "whatever a worker runs fails"
        case .output: "map output is lost or cannot be read"
        case .crash: "the coordinator is killed and started again; the journal may lose its unsynced end, or tear"
        case .stall: "the coordinator stands still for a while"
        case .clock: "the wall's clock jumps, forward or back"
        case .disk: "the coordinator's disk is full, or slow, for a while"
        case .launcher: "the launcher is killed, and another comes"
        case .fail: "attempts fail"
        case .hang: "attempts never end"
        case .crawl: "attempts take many times as long as others"
        case .duplicate: "what workers say arrives twice"
        }
    }
}

extension Fault {
    /// Nil for what is no fault.
    var kind: FaultKind? {
        switch self {
        case .kill(.rack), .freeze(.rack, _), .cut(.rack, _, _), .reset(.rack): .rack
        case .kill: .kill
        case .start: nil
        case .freeze: .freeze
        case .cut: .cut
        case .reset: .reset
        case .slow: .slow
        case .sicken: .sick
        case .loseOutput, .corruptOutput: .output
        case .crash: .crash
        case .freezeCoordinator: .stall
        case .clockJump: .clock
        case .fillDisk, .slowDisk: .disk
        case .crashLauncher: .launcher
        }
    }
}
