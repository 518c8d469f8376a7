# The only code that runs between clone3 and execve. It is position independent, calls nothing and, in the child, never touches
# the stack: the child shares the parent's memory (CLONE_VM), its stack included. ChildStub.x64.cs holds the assembled bytes.
#
#   long run(struct context *context)
#
# context
#    0  clone_args *
#    8  size of clone_args
#   16  steps of the parent, before
#   24  steps of the child
#   32  steps of the parent, after
#   40  parent, before: step, -errno
#   56  child: step, -errno
#   72  parent, after: step, -errno
#   88  pid or -errno of clone3
.intel_syntax noprefix
.globl run
run:
    push rbx
    push r12
    push r13
    push r14
    mov rbx, rdi
    mov qword ptr [rbx+88], 0
    mov r12, [rbx+16]
    lea r13, [rbx+40]
    lea r14, [rip+born]
    jmp walk
born:
    cmp qword ptr [rbx+48], 0
    jne after
    mov rdi, [rbx]
    mov rsi, [rbx+8]
    mov eax, 435                    # clone3
    syscall
    test rax, rax
    jz child
    mov [rbx+88], rax
after:
    mov r12, [rbx+32]
    lea r13, [rbx+72]
    lea r14, [rip+home]
    jmp walk
home:
    mov rax, [rbx+88]
    pop r14
    pop r13
    pop r12
    pop rbx
    ret
child:
    mov r12, [rbx+24]
    lea r13, [rbx+56]
    lea r14, [rip+dead]
    jmp walk
dead:                               # a step failed, or the list ended: execve does not come back
    mov edi, 127
    mov eax, 231                    # exit_group
    syscall
    ud2

#include "Walk.x64.S"
