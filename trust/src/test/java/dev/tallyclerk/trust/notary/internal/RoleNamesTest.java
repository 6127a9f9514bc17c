package dev.tallyclerk.trust.notary.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleNamesTest {
    @ParameterizedTest
    @CsvSource({"targets/releases, targets", "targets/a/b, targets/a", "targets/a_1-2, targets"})
    void acceptsARoleDirectlyBelowItsDelegator(String role, String delegator) {
        assertTrue(Roles.isChild(role, delegator));
    }

    @ParameterizedTest
    @CsvSource({
        "targets, targets",
        "targets/, targets",
        "targets/a/b, targets",
        "targets/b, targets/a",
        "targets//a, targets",
        "targets/.., targets",
        "targets/A, targets",
        "targets/a.b, targets",
        "targets/ä, targets",
        "other/a, targets",
        "root, targets"
    })
    void refusesAnyOtherName(String role, String delegator) {
        assertFalse(Roles.isChild(role, delegator));
    }

    @Test
    void refusesANameOf256Characters() {
        String longest = "targets/" + "a".repeat(247);
        assertTrue(Roles.isChild(longest, "targets"));
        assertFalse(Roles.isChild(longest + "a", "targets"));
    }
}
