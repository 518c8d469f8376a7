# Walks a list of steps; part of ChildStub.x64.S and ReadyProgram.x64.S. A step has 80 bytes:
#
#    0  call number; -1 ends the list
#    8  six arguments
#   56  result
#   64  NULL, or the places that take the result, ended by NULL
#   72  -errno that is tolerated, or 0
walk:                               # r12: step, r13: where to report {step, -errno}, r14: where to go on
    mov rax, [r12]
    test rax, rax
    js leave
    mov [r13], r12
    mov rdi, [r12+8]
    mov rsi, [r12+16]
    mov rdx, [r12+24]
    mov r10, [r12+32]
    mov r8,  [r12+40]
    mov r9,  [r12+48]
    syscall
    mov [r12+56], rax
    cmp rax, -4095
    jae failed
    mov rcx, [r12+64]
    test rcx, rcx
    jz next
store:
    mov rdx, [rcx]
    test rdx, rdx
    jz next
    mov [rdx], rax
    add rcx, 8
    jmp store
failed:
    cmp rax, [r12+72]
    jne report
next:
    add r12, 80
    jmp walk
report:
    mov [r13+8], rax
leave:
    jmp r14
