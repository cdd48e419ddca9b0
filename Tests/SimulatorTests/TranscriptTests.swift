import Foundation
import Testing

/// What small clusters do, word for word: a change of behaviour is read as a difference of these texts.
///
/// `MARTLET_WRITE_TRANSCRIPTS=1 scripts/test --filter TranscriptTests` writes them anew.
@Suite struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Transcripts")
    private static let writes = ProcessInfo.processInfo.environment["MARTLET_WRITE_TRANSCRIPTS"] != nil

    @Test(arguments: Transcript.all) func theStoryIsTheSame(transcript: Transcript) throws {
        let file = Self.folder.appending(path: "\(transcript.name).txt")
        let text = transcript.text
        if Self.writes { try text.write(to: file, atomically: true, encoding: .utf8) }
        let told = try String(contentsOf: file, encoding: .utf8)
        guard told != text else { return }
        let (old, new) = (told.split(separator: "\n"), text.split(separator: "\n"))
        let place = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
        Issue.record(
            """
            \(transcript.name) differs at line \(place + 1):
            - \(old.indices.contains(place) ? old[place] : "")
            + \(new.indices.contains(place) ? new[place] : "")
            If that is meant: MARTLET_WRITE_TRANSCRIPTS=1 scripts/test --filter TranscriptTests, and read the difference.
            """)
    }

    @Test func everyFileIsAStory() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(Transcript.all.map { "\($0.name).txt" }))
    }

    /// Each breaks no rule, and ends.
    @Test(arguments: Transcript.all) func noRuleIsBroken(transcript: Transcript) {
        #expect(!transcript.text.contains("\nbroken: "))
    }
}
