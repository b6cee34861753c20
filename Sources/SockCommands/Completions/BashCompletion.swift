/// The completions for bash.
enum BashCompletion {
  static var script: String {
    let verbs = Verb.allCases.map(\.rawValue).joined(separator: " ")
    return """
      # Completions of sock for bash: made by sock --generate-completion-script bash.

      # The options of a verb.
      _sock_options() {
        case $1 in
      \(options)
        esac
      }

      # What the value of an option is, for a verb and an option; nothing for an option that takes none.
      _sock_value() {
        case $1:$2 in
      \(values)
        esac
      }

      # What the words of a verb are.
      _sock_operand() {
        case $1 in
      \(operands)
        esac
      }

      # Offers values of a kind.
      _sock_offer() {
        case ${1%% *} in
        words) mapfile -t COMPREPLY < <(compgen -W "${1#* }" -- "$cur") ;;
        file)
          compopt -o filenames 2>/dev/null
          mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        command) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
        interface) mapfile -t COMPREPLY < <(compgen -W "$(cd /sys/class/net 2>/dev/null && echo *)" -- "$cur") ;;
        host)
          mapfile -t COMPREPLY < <(compgen -W "$(sed -e 's/#.*//' -e 's/^[^[:space:]]*//' /etc/hosts 2>/dev/null)" -- "$cur") ;;
        socket-option)
          compopt -o nospace 2>/dev/null
          mapfile -t COMPREPLY < <(compgen -W '\(CompletionScript.socketOptions.joined(separator: " "))' -- "${cur^^}") ;;
        esac
      }

      _sock() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
        local attached='' is_unix='' only_words='' kind word
        COMPREPLY=()
        # To readline --name=value is three words.
        if [[ $cur == = ]]; then
          cur='' attached=1
        elif [[ $prev == = ]]; then
          prev=${COMP_WORDS[COMP_CWORD - 2]} attached=1
        fi
        if ((COMP_CWORD == 1)); then
          mapfile -t COMPREPLY < <(compgen -W '\(verbs) help -h --help --version --generate-completion-script' -- "$cur")
          return
        fi
        case $verb in
        help) _sock_offer 'words \(verbs)'; return ;;
        --generate-completion-script) _sock_offer 'words bash zsh fish'; return ;;
        esac
        for word in "${COMP_WORDS[@]:2:COMP_CWORD - 2}"; do
          case $word in
          --) only_words=1 ;;
          -U | --unix) is_unix=1 ;;
          esac
        done
        if [[ -z $only_words ]]; then
          kind=$(_sock_value "$verb" "$prev")
          if [[ $kind == optional\\ * ]]; then
            [[ $attached ]] && kind=${kind#optional } || kind=''
          fi
          if [[ $kind || $attached ]]; then
            _sock_offer "$kind"
            return
          fi
          if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$(_sock_options "$verb") -h --help" -- "$cur")
            return
          fi
        fi
        # Paths stand where a Unix socket is meant, which unix: in front says too.
        if [[ $is_unix || $cur == [./~]* ]]; then
          _sock_offer file
        else
          _sock_offer "$(_sock_operand "$verb")"
        fi
      }

      complete -F _sock sock

      """
  }

  private static var options: String {
    Verb.allCases.map { verb in
      let spellings = CompletionScript.entries.filter { $0.verbs.contains(verb) }.flatMap(\.spellings)
      return "  \(verb.rawValue)) echo '\(spellings.joined(separator: " "))' ;;"
    }.joined(separator: "\n")
  }

  /// Rows for particular verbs come before those that apply to all others.
  private static var values: String {
    let entries = CompletionScript.entries.filter { $0.value.kind != .none }
    let isVariant = { (entry: CompletionScript.Entry) in
      !Verb.allCases.allSatisfy { !entry.option.verbs.contains($0) || entry.verbs.contains($0) }
    }
    return (entries.filter(isVariant) + entries.filter { !isVariant($0) }).map { entry in
      let verbs = isVariant(entry) ? entry.verbs.map(\.rawValue) : ["*"]
      let patterns = verbs.flatMap { verb in entry.spellings.map { "\(verb):\($0)" } }
      let isOptional = entry.value.kind != .required
      return
        "  \(patterns.joined(separator: " | "))) echo '\(isOptional ? "optional " : "")\(kind(entry.completion))' ;;"
    }.joined(separator: "\n")
  }

  private static var operands: String {
    Verb.allCases.map { "  \($0.rawValue)) echo '\(kind($0.command.operandCompletion))' ;;" }.joined(separator: "\n")
  }

  private static func kind(_ completion: ValueCompletion) -> String {
    switch completion {
    case .none: "any"
    case .choices, .suggestions: "words " + (CompletionScript.words(of: completion) ?? []).joined(separator: " ")
    case .file: "file"
    case .command: "command"
    case .interface: "interface"
    case .host: "host"
    case .socketOption: "socket-option"
    }
  }
}
