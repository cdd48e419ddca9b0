// Counts the words of a file on a cluster of this host, and kills a node on the way:
//
//     martlet up
//     swift run example-client file:///data/book.txt file:///data/counts
import MartletClient

guard CommandLine.arguments.count == 3 else { fatalError("usage: example-client INPUT-URI OUTPUT-URI") }
let (input, output) = (CommandLine.arguments[1], CommandLine.arguments[2])

let client = try MartletClient(cluster: "default")
let job = try client.submit(streaming: [
    "-input", input, "-output", output, "-mapper", "grep -oE [[:alnum:]]+", "-reducer", "uniq -c",
])

let node = try client.nodes().last!.name
try client.killNode(node)
print("\(job) is submitted, and \(node) is killed")

let report = try client.wait(
    for: job,
    onChange: { recorded in
        if case .attemptSucceeded(let attempt, _) = recorded.change { print("\(attempt) succeeded") }
        if case .attemptLost(let attempt) = recorded.change { print("\(attempt) was lost and is run again") }
    })
let words = try client.counters(of: job)["org.apache.hadoop.mapreduce.TaskCounter", "MAP_OUTPUT_RECORDS"]
print("\(job) \(report.state) in \(report.elapsed) s: \(words) words are counted in \(report.output)")
