import Sockets
import Testing

@Suite("Sizes as users write them")
struct SizeParsingTests {
  @Test(
    "a size is read",
    arguments: [
      ("0", 0), ("65507", 65_507), ("64k", 65_536), ("64K", 65_536), ("1M", 1_048_576), ("2G", 2_147_483_648),
      ("1g", 1 << 30), ("1T", 1 << 40), ("500KiB", 512_000), ("500kB", 512_000), ("500kb", 512_000),
      ("1.5M", 1_572_864), ("0.5k", 512), ("1.9999k", 2047), ("1.25GiB", 1_342_177_280), ("2GiB", 1 << 31),
      ("8388607T", 8_388_607 << 40), ("9223372036854775807", .max),
    ])
  func reading(_ text: String, _ number: Int) throws {
    #expect(try Int(parsingSize: text) == number)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "k", "-1", "+1", "1.5", "0x1", "8388607.999999999999T.", "5B", "5iB", "B", "kB", ".5k", "1.k", "1.5.5k",
      "1e3k", "1 k", "1kk", "1P", "\u{661}k", "1.-5k",
    ])
  func refusals(_ text: String) {
    #expect(throws: QuantityError.notASize(text)) { try Int(parsingSize: text) }
  }

  @Test(
    "what an Int does not hold is refused",
    arguments: ["99999999999999999999", "9223372036854775808", "9999999999999G", "8388608T"])
  func limits(_ text: String) {
    #expect(throws: QuantityError.sizeTooLarge(text)) { try Int(parsingSize: text) }
  }
}
