/// The root of the project, with a slash at the end.
let projectRoot = String(#filePath.dropLast("Tests/EndToEndTests/Support/ProjectRoot.swift".utf8.count))
