import Foundation
import Testing

@testable import martlet

@Suite struct CompletionLineTests {
    @Test(
        arguments: [
            (["martlet", "kill", "--cluster", "a", ""], "a", nil), (["martlet", "job", "--cluster=b", "j"], "b", nil),
            (["martlet", "job", "--history", "/h", "j"], nil, "/h"), (["martlet", "kill", "--cluster"], nil, nil),
        ] as [([String], String?, String?)]) func theLineSaysWhichClusterIsMeant(
            words: [String], cluster: String?, history: String?
        )
    {
        let line = Completion.Line(words)
        #expect(line.choice.cluster == cluster && line.history == history)
    }

    @Test(arguments: [
        (["martlet", "stream", "-map"], "-map", "-mapper"), (["martlet", "stream", "--js"], "--js", "--json"),
        (["martlet", "stream", "-D", "mapreduce.job.n"], "mapreduce.job.n", "mapreduce.job.name="),
        (["martlet", "stream", "-files", "/etc/host"], "/etc/host", "/etc/hostname"),
        (["martlet", "stream", "-archives", "/etc/host"], "/etc/host", "/etc/hostname"),
        (["martlet", "stream", "-inputformat", "N"], "N", "NLineInputFormat"),
        (["martlet", "stream", "--prop"], "--prop", "--properties"),
        (["martlet", "stream", "-files", "a,/etc/host"], "a,/etc/host", "a,/etc/hostname"),
    ]) func streamOffersWhatFits(words: [String], prefix: String, offer: String) {
        #expect(Completion.streamingWords(words, words.count - 1, prefix).contains(offer))
    }
}
