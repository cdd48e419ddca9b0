import Testing

@testable import ClusterModel

@Suite struct PackedNumbersTests {
    @Test func numbersComeBackInTheirOrder() {
        let numbers = [0, 1, -1, 63, -64, 64, 300, Int.max, Int.min]
        var packed = PackedNumbers()
        for number in numbers { packed.append(number) }
        var place = 0
        for number in numbers { #expect(packed.next(&place) == number) }
        #expect(place == packed.bytes.count)
        #expect(packed.next(&place) == nil)
    }

    @Test func smallNumbersTakeOneByte() {
        var packed = PackedNumbers()
        for number in -64..<64 { packed.append(number) }
        #expect(packed.bytes.count == 128)
    }

    @Test(
        arguments: [
            [0x80], Array(repeating: 0xff, count: 9) + [0x02], Array(repeating: 0x80, count: 10) + [0x00],
        ] as [[UInt8]])
    func bytesThatAreNoNumberAreNone(_ bytes: [UInt8]) {
        var place = 0
        #expect(PackedNumbers(bytes: bytes).next(&place) == nil)
    }
}
