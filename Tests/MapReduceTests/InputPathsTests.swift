import Testing

@testable import MapReduce

@Suite struct InputPathsTests {
    @Test(arguments: [
        ("file:///a", ["file:///a"]), ("file:///a,file:///b", ["file:///a", "file:///b"]),
        ("file:///{a,b}/c,file:///d", ["file:///{a,b}/c", "file:///d"]), ("{a,{b,c}},d", ["{a,{b,c}}", "d"]),
        ("a},b", ["a}", "b"]), ("a,,b", ["a", "", "b"]), ("", [""]),
    ])
    func commasOutsideBracesPartPaths(text: String, paths: [String]) {
        #expect(InputPaths.split(text) == paths)
    }
}
