import Foundation
import Testing

@testable import Perceptron

/// Numbers in texts, against exact arithmetic (`Golden/make_csv_golden.py`) and the C library.
@Suite struct DecimalReaderTests {
    private let reader = DecimalReader()

    private func double(_ text: String) -> Double? { reader.read(all: Array(text.utf8).span) }
    private func float(_ text: String) -> Float? { reader.read(all: Array(text.utf8).span) }

    @Test func hardCases() throws {
        let url = try #require(Bundle.module.url(forResource: "Golden/decimals", withExtension: "txt"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 1000)
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            #expect(double(parts[0])?.bitPattern == UInt64(parts[1], radix: 16), "\(parts[0])")
            #expect(float(parts[0])?.bitPattern == UInt32(parts[2], radix: 16), "\(parts[0])")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func randomTexts(seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        for _ in 0..<3000 {
            var text = ["", "-", "+"][generator.nextInteger(below: 3)]
            for _ in 0...generator.nextInteger(below: 24) { text += "\(generator.nextInteger(below: 10))" }
            if generator.nextInteger(below: 4) > 0 {
                text += "."
                for _ in 0..<generator.nextInteger(below: 24) { text += "\(generator.nextInteger(below: 10))" }
            }
            if generator.nextInteger(below: 2) == 0 {
                text += ["e", "E", "e+"][generator.nextInteger(below: 3)] + "\(generator.nextInteger(below: 50))"
            } else if generator.nextInteger(below: 2) == 0 {
                text += "e-\(generator.nextInteger(below: 370))"
            }
            let read = (double(text)?.bitPattern, float(text)?.bitPattern)
            #expect(read == (strtod(text, nil).bitPattern, strtof(text, nil).bitPattern), "\(text)")
        }
    }

    @Test(arguments: [4, 5] as [UInt64]) func anyBitsComeBack(seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        for _ in 0..<3000 {
            let bits = generator.next()
            let value = Double(bitPattern: bits)
            if !value.isNaN { #expect(double("\(value)")?.bitPattern == bits) }
            let single = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            if !single.isNaN { #expect(float("\(single)")?.bitPattern == single.bitPattern) }
        }
    }

    @Test(
        arguments: [
            ("inf", .infinity), ("-inf", -.infinity), ("+Infinity", .infinity), ("-INFINITY", -.infinity), (" 1 ", 1),
            ("\t-2.5", -2.5), ("+1", 1), ("1.", 1), (".5", 0.5), ("-.5", -0.5), ("1e5", 100_000), ("1E+2", 100),
            ("1e00002", 100), ("0e99999999999999999999", 0), ("1e99999999999999999999", .infinity),
            ("1e-99999999999999999999", 0), ("1.e1", 10),
        ] as [(String, Double)]) func accepted(text: String, value: Double)
    {
        #expect(double(text) == value)
        #expect(float(text) == Float(value))
    }

    @Test(arguments: [
        "", " ", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1e-", "1e5.", "--1", "+-1", "1..2", "1.2.3", "0x10",
        "0x1p3", "1 2", "1,5", "nan", "NaN", "infinit", "in", "i", "infinity1", "1f", "1d", "12a", "a12", "1_000", "٣",
        "1\0", "\u{A0}1",
    ]) func refused(text: String) {
        #expect(double(text) == nil)
        #expect(float(text) == nil)
    }

    @Test func stopsBehindTheNumber() {
        let bytes = Array("x-1.25e2,7".utf8)
        var position = 1
        let value: Double? = reader.read(bytes.span, &position)
        #expect(value == -125)
        #expect(position == 8)
        var stays = 0
        let none: Double? = reader.read(bytes.span, &stays)
        #expect(none == nil)
        #expect(stays == 0)
    }
}
