package dev.tallyclerk.registry;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tallyclerk.testing.HouseRules;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RegistryArchitectureTest {
    private static final JavaClasses REGISTRY = HouseRules.mainCodeBelow("dev.tallyclerk.registry");

    private static final HouseRules HOUSE = HouseRules.of(REGISTRY);

    @Test
    void packagesHaveNoCycles() {
        HOUSE.packagesHaveNoCycles();
    }

    @Test
    void filesHaveNoCircles() {
        HOUSE.filesHaveNoCircles();
    }

    @Test
    void onlyTheAdapterSeesZstdJni() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.zstdjni")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.luben..")
                .check(REGISTRY);
    }

    @Test
    void nothingElseIsNeededButJavaAndCore() {
        classes()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.zstdjni")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.crypto..", "javax.net.ssl..", "dev.tallyclerk..", "org.jspecify..")
                .check(REGISTRY);
    }

    @Test
    void usesOnlyWhatOtherModulesExport() {
        HOUSE.usesOnlyWhatOtherModulesExport();
    }

    @Test
    void layoutsAndRegistriesKnowImagesAndNotEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.image")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.registry.layout", "dev.tallyclerk.registry.client")
                .check(REGISTRY);
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.layout")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.registry.client")
                .check(REGISTRY);
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.client")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.registry.layout")
                .check(REGISTRY);
    }

    @Test
    void trustIsASiblingThatIsNotKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.trust..")
                .check(REGISTRY);
    }

    @Test
    void documentsDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.model")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
                .check(REGISTRY);
    }

    @Test
    void documentsKnowNothingOfTheRulesOverThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.hardening..", "dev.tallyclerk.registry.audit..")
                .check(REGISTRY);
    }

    /** Facts about layers are written for a store, which others open. */
    @Test
    void rulesReadNoClockAndDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.audit..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io", "java.nio.file..", "java.net..", "dev.tallyclerk.registry.client..")
                        .and(not(belongToAnyOf(DataInput.class, DataOutput.class, IOException.class))))
                .orShould()
                .callMethod(Instant.class, "now")
                .check(REGISTRY);
    }

    @Test
    void whatReadsABuildHistoryBelongsToTheRulesAndKnowsNothingOfThem() {
        String hidden = "dev.tallyclerk.registry.audit.internal..";
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(hidden)
                .check(REGISTRY);
        noClasses()
                .that()
                .resideInAPackage(hidden)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.registry.audit")
                .check(REGISTRY);
    }

    @Test
    void readersOfPackageDatabasesBelongToTheInventoryAndDoNoInputOrOutput() {
        String hidden = "dev.tallyclerk.registry.internal.inventory..";
        noClasses()
                .that()
                .resideOutsideOfPackages(hidden, "dev.tallyclerk.registry.inventory")
                .and()
                // Compares files with the checksums in the databases.
                .doNotHaveSimpleName("PackageFiles")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(hidden)
                .check(REGISTRY);
        noClasses()
                .that()
                .resideInAnyPackage(hidden, "dev.tallyclerk.registry.inventory")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent.locks..")
                .check(REGISTRY);
    }

    @Test
    void oneFailureHasOneReason() {
        HOUSE.oneFailureHasOneReason();
    }

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    @Test
    void nothingElseReadsAClock() {
        HOUSE.nothingReadsAClockBut(
                "dev.tallyclerk.registry.auth.CachedCredentials",
                "dev.tallyclerk.registry.auth.EnvironmentCredentials",
                "dev.tallyclerk.registry.auth.HelperProcess",
                "dev.tallyclerk.registry.vulnerability.DatabaseMirror");
    }

    @Test
    void nothingStartsAThread() {
        HOUSE.nothingStartsAThread();
    }

    @Test
    void onlyDigestsLookUpHashes() {
        HOUSE.onlyDigestsLookUpHashes();
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        HOUSE.nothingPrintsOrReadsSystemProperties();
    }
}
