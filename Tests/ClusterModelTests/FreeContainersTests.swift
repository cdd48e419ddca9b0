import Testing

@testable import ClusterModel

@Suite struct FreeContainersTests {
    @Test func theEmptiestNodeHasMostFreeContainersAndTheLowestNumber() {
        var free = FreeContainers()
        #expect(free.emptiest() == nil)
        free.change(NodeID(5), from: 0, to: 2)
        free.change(NodeID(3), from: 0, to: 4)
        free.change(NodeID(9), from: 0, to: 4)
        #expect((free.emptiest(), free.total) == (NodeID(3), 10))
        #expect(free.emptiest(except: NodeID(3)) == NodeID(9))
        free.change(NodeID(3), from: 4, to: 1)
        free.change(NodeID(9), from: 4, to: 0)
        #expect((free.emptiest(), free.total) == (NodeID(5), 3))
        #expect(free.emptiest(except: NodeID(5)) == NodeID(3))
        free.change(NodeID(5), from: 2, to: 0)
        #expect(free.emptiest(except: NodeID(3)) == nil)
    }

    @Test func whatHasBeenMakesNoDifference() {
        var free = FreeContainers()
        free.change(NodeID(2), from: 0, to: 1)
        var other = free
        other.change(NodeID(7), from: 0, to: 9)
        #expect(other != free)
        other.change(NodeID(7), from: 9, to: 0)
        #expect(other == free)
        #expect(Set([other, free]).count == 1)
    }

    @Test func theSameCountsAreEqualHoweverTheyCameAbout() {
        var free = FreeContainers()
        free.change(NodeID(0), from: 0, to: 7)
        free.change(NodeID(0), from: 7, to: 0)
        #expect(free == FreeContainers())
    }
}

@Suite struct TaskTableTests {
    /// A job may have a million tasks.
    @Test func aTaskTakes32Bytes() { #expect(MemoryLayout<TaskRecord>.stride == 32) }

    @Test func tasksArePendingRunningDoneAndFallBack() {
        var table = TaskTable(count: 2)
        #expect((table.pendingCount, table.fresh, table.isDone) == (2, 0, false))
        table.launch(0, on: NodeID(4), attempt: map(0), at: .start)
        table.launch(1, on: NodeID(5), attempt: map(1), at: .start)
        #expect((table.pendingCount, table.runningCount) == (0, 2))
        table.noteFailure(0, on: NodeID(4))
        table.fallBack(0)
        #expect((table.pendingCount, Array(table.retries), table.tasks[0].failures) == (1, [0], 1))
        #expect((table.tasks[0].failedNodeID, table.tasks[1].failedNodeID) == (NodeID(4), nil))
        table.launch(0, on: NodeID(6), attempt: map(0, 1), at: .start)
        table.succeed(0, at: .start.advanced(by: .milliseconds(7)))
        table.succeed(1, at: .start)
        #expect((table.isDone, table.tasks[0].duration, table.tasks[0].launches) == (true, 7, 2))
        table.fallBack(1)
        #expect((table.isDone, table.tasks[1].failures, table.tasks[0].failedNodeID) == (false, 0, NodeID(4)))
    }
}
