package dev.tallyclerk.hardening.dockerfile;

/**
 * How much more may be substituted in a file: variables that contain each other grow exponentially, and patterns take
 * time in the product of two lengths. What comes after counts as unknown. Mutable, for one thread.
 */
final class ExpansionBudget {
    private long left = 1 << 22;

    /** Takes a number of characters or steps, and {@return whether the budget allowed it} */
    boolean take(long amount) {
        left -= Math.min(Math.max(left, 0) + 1, amount);
        return left >= 0;
    }
}
