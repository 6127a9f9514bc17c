package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import org.junit.jupiter.api.Test;

class LayerLimitsTest {
    @Test
    void takesEachLimitThatAPolicyStates() {
        Policy policy = Policy.defaults();
        assertEquals(LayerLimits.defaults(), LayerLimits.of(policy));
        int value = 1;
        for (PolicyLimit limit : PolicyLimit.values()) {
            policy = policy.withLimit(limit, value++);
        }
        assertEquals(new LayerLimits(1, 2, 3, 4, 5, 6, 7, 8), LayerLimits.of(policy));
    }

    @Test
    void keepsTheDefaultOfALimitThatAPolicyDoesNotState() {
        Policy policy = Policy.defaults().withLimit(PolicyLimit.MAX_LAYER_RATIO, 400);
        assertEquals(LayerLimits.defaults().withMaxRatio(400), LayerLimits.of(policy));
        LayerLimits own = LayerLimits.defaults().withMaxRatio(7).withMaxDepth(3);
        assertEquals(own.withMaxRatio(400), own.underPolicy(policy));
    }

    @Test
    void takesTheLargestValueOfEachLimit() {
        for (PolicyLimit limit : PolicyLimit.values()) {
            LayerLimits.of(Policy.defaults().withLimit(limit, limit.maximum()));
        }
    }
}
