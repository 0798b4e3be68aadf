/// TensorFlow's framing of records in a file: the length in 8 bytes, its checksum, the bytes, their checksum.
enum TFRecord {
    static func framed(_ data: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(data.count + 16)
        record.append(littleEndian: UInt64(data.count))
        record.append(littleEndian: maskedChecksum(record))
        record += data
        record.append(littleEndian: maskedChecksum(data))
        return record
    }

    /// A checksum of bytes that contain checksums would be weak, so TensorFlow rotates it and adds a constant.
    static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let checksum = CRC32C.checksum(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
}
