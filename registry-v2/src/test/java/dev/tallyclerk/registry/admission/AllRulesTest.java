package dev.tallyclerk.registry.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.testing.HouseRules;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AllRulesTest {
    @Test
    void noRuleSetIsForgotten() throws ReflectiveOperationException {
        Set<String> wanted = new TreeSet<>();
        for (JavaClass type : HouseRules.mainCodeBelow("dev.tallyclerk")) {
            boolean hasRules = type.getModifiers().contains(JavaModifier.PUBLIC)
                    && type.tryGetMethod("ruleSet")
                            .filter(method -> method.getModifiers().contains(JavaModifier.STATIC))
                            .isPresent();
            if (hasRules) {
                wanted.add(((RuleSet) type.reflect().getMethod("ruleSet").invoke(null)).name());
            }
        }
        assertEquals(
                wanted, AllRules.ruleSets().stream().map(RuleSet::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void onePolicyReaderTakesThemAll() {
        assertEquals(1 << 20, PolicyReader.of(AllRules.ruleSets()).maxBytes());
    }
}
