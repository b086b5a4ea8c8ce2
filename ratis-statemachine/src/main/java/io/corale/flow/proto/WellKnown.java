package io.corale.flow.proto;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that every compiler of Protobuf brings along. */
final class WellKnown {
  private static final SortedMap<String, FileDescriptor> FILES = files();

  private WellKnown() {}

  private static SortedMap<String, FileDescriptor> files() {
    SortedMap<String, FileDescriptor> files = new TreeMap<>();
    for (FileDescriptor file :
        List.of(
            AnyProto.getDescriptor(),
            ApiProto.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            SourceContextProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            TypeProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      files.put(file.getName(), file);
    }
    return Collections.unmodifiableSortedMap(files);
  }

  /** By the path under which it is imported. */
  static Optional<FileDescriptor> file(String path) {
    return Optional.ofNullable(FILES.get(path));
  }

  /** The full names of what files declare, each with the path of its file. */
  static SortedMap<String, String> types(Iterable<String> paths) {
    SortedMap<String, String> types = new TreeMap<>();
    for (String path : paths) {
      FileDescriptor file = FILES.get(path);
      if (file != null) {
        for (Descriptor each : file.getMessageTypes()) {
          types.put(each.getFullName(), path);
        }
        for (EnumDescriptor each : file.getEnumTypes()) {
          types.put(each.getFullName(), path);
        }
      }
    }
    return types;
  }
}
