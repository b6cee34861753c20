/// The media types of files, by the suffixes of their names.
enum MediaType {
  private static let bySuffix: [String: String] = [
    "css": "text/css", "csv": "text/csv", "gif": "image/gif", "gz": "application/gzip", "htm": "text/html",
    "html": "text/html", "ico": "image/vnd.microsoft.icon", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "js": "text/javascript", "json": "application/json", "md": "text/markdown", "mjs": "text/javascript",
    "mp3": "audio/mpeg", "mp4": "video/mp4", "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml",
    "tar": "application/x-tar", "txt": "text/plain", "wasm": "application/wasm", "webm": "video/webm",
    "webp": "image/webp", "xml": "application/xml", "zip": "application/zip",
  ]

  /// The type of a file; without a suffix that is known, any bytes.
  static func of(_ name: String) -> String {
    let file = name.split(separator: "/").last ?? ""
    guard let dot = file.lastIndex(of: ".") else { return "application/octet-stream" }
    return bySuffix[file[file.index(after: dot)...].lowercased()] ?? "application/octet-stream"
  }
}
