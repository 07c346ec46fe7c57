/** As much of the generated document as is finished by hand. */
export interface GeneratedDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components?: { headers?: object; examples?: object };
}

export interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, Answer>;
  parameters?: DocumentedParameter[];
  readonly requestBody?: { readonly content: Content };
  readonly security?: readonly object[];
}

export interface Answer {
  description: string;
  headers?: Record<string, { readonly $ref: string }>;
  content?: Content;
}

export type Content = Record<string, MediaType>;

export interface MediaType {
  readonly schema: { readonly $ref?: string };
  example?: unknown;
  examples?: Record<string, object>;
}

export interface DocumentedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type?: string; description?: string; example?: unknown; examples?: unknown[] };
  readonly description?: string;
  style?: string;
  explode?: boolean;
  example?: unknown;
}
