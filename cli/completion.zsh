#compdef fastloop
# SPDX-License-Identifier: GPL-2.0-only
# Zsh completion for fastloop(8).  As in completion.bash, verbs and options come
# from the tool's own help, so that they are written down once.

# The words and their meaning, as _describe takes them: "WORD:WHAT IT DOES"
_fastloop_verbs()
{
	fastloop --help 2>/dev/null | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1:\2/p'
}

_fastloop_options()	# VERB
{
	fastloop $1 --help 2>/dev/null | sed -n \
		's/^  \(--[a-z-]*\)\( [^ ]\{1,\}\)* \{2,\}\(.*\)/\1:\3/p; s/^  \(--[a-z-]*\)\( [^ ]*\)*$/\1/p'
}

# The words that an option chooses from: "--map auto|require|never"
_fastloop_choices()	# VERB OPTION
{
	fastloop $1 --help 2>/dev/null | sed -n "s/^  $2 \([a-z0-9-]*|[a-z0-9|-]*\)\( .*\)\{0,1\}$/\1/p" | tr '|' '\n'
}

_fastloop_names()
{
	fastloop list 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# What the table names
_fastloop_lines()
{
	sed -n 's/^[[:space:]]*\([^#[:space:]][^[:space:]]*\)[[:space:]].*/\1/p' /etc/fastlooptab 2>/dev/null
}

_fastloop()
{
	local verb=$words[2] previous=$words[CURRENT-1]
	local -a found

	if ((CURRENT == 2)); then
		found=(${(f)"$(_fastloop_verbs)"})
		_describe -t verbs verb found
		return
	fi
	if [[ $previous == --* ]]; then
		found=(${(f)"$(_fastloop_choices $verb $previous)"})
		if (($#found)); then
			_describe -t values value found
			return
		fi
	fi
	if [[ $words[CURRENT] == -* ]]; then
		found=(${(f)"$(_fastloop_options $verb)"})
		_describe -t options option found
		return
	fi
	if [[ $verb == (up|down) && $previous != --tab ]]; then
		found=(${(f)"$(_fastloop_lines)"})
		(($#found)) && _describe -t lines line found
		return
	fi
	case $verb in
	detach|status|grow|resize|unshare|snapshot|umount)
		found=(${(f)"$(_fastloop_names)"})
		(($#found)) && _describe -t devices device found
		;;
	esac
	_files
}

_fastloop "$@"
