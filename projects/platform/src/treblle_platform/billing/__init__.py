"""Plans and payment: what an account may send, and Stripe, where the operator has it."""
