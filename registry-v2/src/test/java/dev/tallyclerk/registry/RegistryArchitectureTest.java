package dev.tallyclerk.registry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RegistryArchitectureTest {
    private static final JavaClasses REGISTRY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tallyclerk.registry");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tallyclerk.registry.(*)..")
                .should()
                .beFreeOfCycles()
                .check(REGISTRY);
    }

    @Test
    void onlyTheAdapterSeesOkHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.okhttp")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "kotlin..")
                .check(REGISTRY);
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
                .resideOutsideOfPackages("dev.tallyclerk.registry.okhttp", "dev.tallyclerk.registry.zstdjni")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net.ssl..", "dev.tallyclerk..", "org.jspecify..")
                .check(REGISTRY);
    }

    @Test
    void transportsDoNotKnowTheClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.registry.transport",
                        "dev.tallyclerk.registry.okhttp",
                        "dev.tallyclerk.registry.jdkhttp")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.registry.client")
                .check(REGISTRY);
    }

    @Test
    void internalPackagesHaveNoCyclesEither() {
        slices().matching("dev.tallyclerk.registry.internal.(*)..")
                .should()
                .beFreeOfCycles()
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

    @Test
    void rulesReadNoClockAndDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.nio.file..", "java.net..", "dev.tallyclerk.registry.client..")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(REGISTRY);
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "getProperties")
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .check(REGISTRY);
    }
}
