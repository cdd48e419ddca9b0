import ClusterModel
import Testing

@testable import martlet

@Suite struct InterruptDialogueTests {
    private static let question = InterruptDialogue.Effect.ask("cancel job-3, or leave it running and detach? [c/d] ")
    private static let again = InterruptDialogue.Effect.ask(
        "write c to cancel job-3, or d to leave it running and detach: ")
    private static let goesOn = InterruptDialogue.Effect.detach(
        "job-3 goes on: 'martlet wait job-3 --cluster a' waits for it, 'martlet cancel job-3 --cluster a' ends it")
    private static let isCancelled = InterruptDialogue.Effect.detach(
        "job-3 is being cancelled: 'martlet wait job-3 --cluster a' waits until it has ended")

    @Test(
        arguments: [
            ([.interrupted, .answered("c")], [question, .cancel]),
            ([.interrupted, .answered(" Cancel ")], [question, .cancel]),
            ([.interrupted, .answered("d")], [question, goesOn]),
            ([.interrupted, .answered("DETACH")], [question, goesOn]),
            // The second one wants out.
            ([.interrupted, .interrupted], [question, goesOn]),
            ([.interrupted, .inputEnded], [question, goesOn]),
            ([.interrupted, .answered(""), .answered("what?"), .answered("c")], [question, again, again, .cancel]),
            ([.interrupted, .answered("yes"), .interrupted], [question, again, goesOn]),
            ([.interrupted, .answered("c"), .interrupted], [question, .cancel, isCancelled]),
            // Nobody has asked.
            ([.answered("c"), .inputEnded], [nil, nil]),
        ] as [([InterruptDialogue.Event], [InterruptDialogue.Effect?])])
    func itAsksOnceAndLetsGo(events: [InterruptDialogue.Event], effects: [InterruptDialogue.Effect?]) {
        var dialogue = InterruptDialogue(JobID(3), options: " --cluster a")
        #expect(events.map { dialogue.handle($0) } == effects)
    }

    @Test func theCommandsNamedSayWhichCluster() {
        #expect(ClusterChoice().words == "")
        let choice = ClusterChoice(coordinator: "host:1", secretFile: "secret")
        #expect(choice.words == " --coordinator host:1 --secret-file secret")
    }
}
