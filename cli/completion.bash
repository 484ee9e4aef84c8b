# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Bash completion for fastloop(8).  Verbs and options come from the tool's own
# help, so that they are written down once.

_fastloop_words()	# verbs, or the options of a verb
{
	if [[ $# == 0 ]]; then
		fastloop --help 2>/dev/null | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'
	else
		fastloop "$1" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
	fi
}

# The words that an option chooses from: "--map auto|require|never"
_fastloop_choices()
{
	fastloop "$1" --help 2>/dev/null | sed -n "s/^  $2 \([a-z0-9-]*|[a-z0-9|-]*\)\( .*\)\{0,1\}$/\1/p" | tr '|' '\n'
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
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local verb=${COMP_WORDS[1]} words

	COMPREPLY=()
	if [[ $COMP_CWORD == 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_fastloop_words)" -- "$current")
		return
	fi
	if [[ $previous == --* ]]; then
		words=$(_fastloop_choices "$verb" "$previous")
		if [[ $words ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
			return
		fi
	fi
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_fastloop_words "$verb")" -- "$current")
		return
	fi
	if [[ $verb == @(up|down) && $previous != --tab ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_fastloop_lines)" -- "$current")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -f -- "$current")
	case $verb in
	detach|status|grow|resize|unshare|snapshot|resume|umount)
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(_fastloop_names)" -- "$current")
		;;
	esac
}
complete -o filenames -F _fastloop fastloop
