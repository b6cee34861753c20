/// The completions for fish.
enum FishCompletion {
  static var script: String {
    """
    # Completions of sock for fish: made by sock --generate-completion-script fish.

    function __sock_needs_verb
        test (count (commandline -opc)) -eq 1
    end

    function __sock_verb
        set -l words (commandline -opc)
        test (count $words) -gt 1; and contains -- $words[2] $argv
    end

    function __sock_hosts
        sed -e 's/#.*//' -e 's/^[^[:space:]]*//' /etc/hosts 2>/dev/null | string split -n ' ' | string split -n \\t
    end

    function __sock_interfaces
        for path in /sys/class/net/*
            string replace -r '.*/' '' -- $path
        end
    end

    # A path where a Unix socket is meant, or else a host.
    function __sock_endpoint
        set -l word (commandline -ct)
        if string match -qr '^[./~]' -- $word; or __fish_contains_opt -s U unix
            __fish_complete_path $word
        else
            __sock_hosts
        end
    end

    complete -c sock -f
    complete -c sock -n __sock_needs_verb -s h -l help -d 'Show a summary'
    complete -c sock -n __sock_needs_verb -l version -d 'Show the version'
    complete -c sock -n '__sock_needs_verb; or __sock_verb --generate-completion-script' -l generate-completion-script -x -a 'bash zsh fish' -d 'Print completions'
    complete -c sock -n __sock_needs_verb -a help -d 'Show the help of a verb'
    complete -c sock -n 'not __sock_needs_verb' -s h -d 'Show the most common options'
    complete -c sock -n 'not __sock_needs_verb' -l help -d 'Show all options'
    \(verbs)
    \(operands)
    \(CompletionScript.entries.map(line).joined(separator: "\n"))

    """
  }

  private static var verbs: String {
    Verb.allCases.map { verb in
      "complete -c sock -n '__sock_needs_verb; or __sock_verb help' -a \(verb.rawValue) -d "
        + quoted(verb.command.abstract)
    }.joined(separator: "\n")
  }

  private static var operands: String {
    Verb.allCases.compactMap { verb in
      let condition = "complete -c sock -n '__sock_verb \(verb.rawValue)'"
      switch verb.command.operandCompletion {
      case .none: return nil
      case .host: return "\(condition) -a '(__sock_endpoint)'"
      case .file: return "\(condition) -F"
      case let other: return "\(condition) -a \(values(other) ?? "''")"
      }
    }.joined(separator: "\n")
  }

  private static func line(_ entry: CompletionScript.Entry) -> String {
    let verbs = entry.verbs.map(\.rawValue).joined(separator: " ")
    var text = "complete -c sock -n '__sock_verb \(verbs)'"
    if let letter = entry.option.letter { text += " -s \(letter)" }
    text += " -l \(entry.option.name)"
    if case .file = entry.completion {
      text += " -r -F"
    } else if entry.value.kind == .required {
      text += " -x"
    }
    if let values = values(entry.completion) { text += " -a \(values)" }
    return text + " -d " + quoted(entry.summary)
  }

  /// The arguments of `complete` for a value; nil if nothing is offered.
  private static func values(_ completion: ValueCompletion) -> String? {
    switch completion {
    case .none, .file: nil
    case .choices, .suggestions: quoted((CompletionScript.words(of: completion) ?? []).joined(separator: " "))
    case .command: "'(__fish_complete_command)'"
    case .interface: "'(__sock_interfaces)'"
    case .host: "'(__sock_hosts)'"
    case .socketOption: quoted(CompletionScript.socketOptions.joined(separator: " "))
    }
  }

  private static func quoted(_ text: String) -> String { CompletionScript.quoted(text, escapesBackslash: true) }
}
