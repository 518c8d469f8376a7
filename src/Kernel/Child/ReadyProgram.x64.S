# The program of a child that waits for lists of steps: it receives one, walks it, and says how that went; the end of its socket is its own end.
# It is all of a static ELF file but the header, and runs with nothing else in memory. ReadyProgram.x64.cs holds the assembled bytes.
#
# fd 3: a socket of whole messages. Each holds a context as ChildStub.x64.S has it, of which only these are used:
#
#   24  steps of the child
#   56  child: step, -errno; both are sent back. No step: the message did not come whole
#
# Fds that come with a message take the lowest numbers that are free.
.intel_syntax noprefix
.globl run
run:
    mov edi, 15                     # PR_SET_NAME
    lea rsi, [rip+name]
    mov eax, 157                    # prctl
    syscall
    mov ebp, 0x500000               # struct msghdr; these pages are zero at first
    mov ebx, 0x500080               # where messages are put: the addresses in them count on it
    lea rax, [rbp+64]
    mov [rbp+16], rax               # msg_iov
    mov qword ptr [rbp+24], 1       # msg_iovlen
    mov [rbp+64], rbx               # iov_base
    mov qword ptr [rbp+72], 0xff80  # iov_len
    lea rax, [rbp+80]
    mov [rbp+32], rax               # msg_control
receive:
    mov qword ptr [rbp+40], 32      # msg_controllen: of three fds
    mov edi, 3
    mov esi, ebp
    xor edx, edx
    mov eax, 47                     # recvmsg
    syscall
    test rax, rax
    jle over
    cmp dword ptr [rbp+48], 0       # msg_flags: something was cut off
    jne cut
    mov r12, [rbx+24]
    lea r13, [rbx+56]
    lea r14, [rip+answer]
    jmp walk
cut:
    mov qword ptr [rbx+56], 0
    mov qword ptr [rbx+64], -90     # EMSGSIZE
answer:
    mov edi, 3
    lea rsi, [rbx+56]
    mov edx, 16
    mov eax, 1                      # write
    syscall
    cmp qword ptr [rbx+64], 0
    je receive
over:
    mov edi, 127
    mov eax, 231                    # exit_group
    syscall
    ud2
name:
    .asciz "/ready"                 # what is executed gives another, without a slash

#include "Walk.x64.S"
