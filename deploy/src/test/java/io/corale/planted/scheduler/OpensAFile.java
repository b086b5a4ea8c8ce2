package io.corale.planted.scheduler;

import java.nio.file.Files;
import java.nio.file.Path;

final class OpensAFile {
  boolean broken(Path path) {
    return Files.exists(path);
  }
}
