import ClusterModel
import Testing

@Suite struct InstanceTypeTests {
    @Test func theCatalogHas73TypesEachOnce() {
        #expect(InstanceType.catalog.count == 73)
        #expect(Set(InstanceType.catalog.map(\.name)).count == 73)
    }

    @Test(arguments: [("m5.xlarge", 4, 16384, 4), ("m1.medium", 1, 3788, 2)])
    func aTypeIsFoundByItsName(name: String, vCPUs: Int, memory: Int, containers: Int) throws {
        let type = try #require(InstanceType.named(name))
        #expect((type.vCPUs, type.memory, type.containers) == (vCPUs, memory, containers))
    }

    @Test(arguments: InstanceType.catalog)
    func aTypeHasRoomForItsContainers(type: InstanceType) {
        #expect(type.vCPUs > 0 && type.mapMemory > 0 && type.yarnMemory < type.memory)
        #expect(type.containers >= 1 && type.containers * type.mapMemory <= max(type.yarnMemory, type.mapMemory))
    }

    @Test(arguments: ["", "M5.XLARGE", "m5", "m5.xlarge "])
    func aNameThatIsNoneIsNotFound(name: String) { #expect(InstanceType.named(name) == nil) }

    @Test(arguments: [("m5.xlage", "m5.xlarge"), ("m1medium", "m1.medium"), ("m5.2xlrge", "m5.2xlarge")])
    func theNearestNameIsSuggestedFirst(typed: String, meant: String) {
        #expect(InstanceType.suggestions(for: typed).first == meant)
        #expect(InstanceType.suggestions(for: typed).count == 3)
        #expect(InstanceType.suggestions(for: typed, limit: 1) == [meant])
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2),
    ])
    func theEditDistanceIsLevenshteins(first: String, second: String, distance: Int) {
        #expect(editDistance(first, second) == distance)
    }
}
