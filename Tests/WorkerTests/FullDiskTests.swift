import Testing

@testable import Worker

@Suite struct FullDiskTests {
    @Test(
        arguments: [
            (nil, "", false), (FullDisk.remainder + 1, "some other mistake", false), (FullDisk.remainder, "", true),
            (0, "", true),
            (1 << 40, "sort: write failed: /x/sortA: No space left on device\n", true),
        ] as [(Int?, String, Bool)])
    func aProgramFailsForWantOfRoomWhenThereIsNoneOrItSaysSo(freeBytes: Int?, standardError: String, isFull: Bool) {
        let text = FullDisk.explanation(folder: "/data/a", freeBytes: freeBytes, standardError: standardError)
        #expect(text == (isFull ? "the disk is full: make room on that of /data/a" : nil))
    }
}
