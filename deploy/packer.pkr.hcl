# An AMI with cis. From this folder, with dist/cis built:
#
#   packer init .
#   packer build -var region=ap-northeast-1 -var cis_file=../dist/cis .
#
# plugins.pkr.hcl beside it is for Packer 1.7 and later, which fetches its builders.

variable "cis_file" {
  type        = string
  default     = "../dist/cis"
  description = "The one file to copy."
}

variable "region" {
  type    = string
  default = "ap-northeast-1"
}

variable "instance_type" {
  type        = string
  default     = "c5.xlarge"
  description = "Of the build; of the type that will run it, so that cis doctor examines the same CPU and memory."
}

variable "subnet_id" {
  type        = string
  default     = ""
  description = "Where the default VPC is not to be used. cis itself needs no network while it is installed."
}

variable "scratch_size" {
  type    = string
  default = "2G"
}

variable "source_owner" {
  type        = string
  default     = "amazon"
  description = "Of the image below: amazon, or the account of your base images."
}

variable "source_name" {
  type        = string
  default     = "al2023-ami-2023.*-x86_64"
  description = "Amazon Linux 2023; Debian 12 (owner 136693071363, debian-12-amd64-*, ssh_username admin) does as well."
}

variable "ssh_username" {
  type    = string
  default = "ec2-user"
}

locals {
  built_at = formatdate("YYYYMMDD-hhmmss", timestamp())
}

source "amazon-ebs" "cis" {
  region        = var.region
  instance_type = var.instance_type
  subnet_id     = var.subnet_id
  ssh_username  = var.ssh_username
  ami_name      = "cis-worker-${local.built_at}"
  encrypt_boot  = true

  source_ami_filter {
    filters = {
      name                = var.source_name
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    owners      = [var.source_owner]
    most_recent = true
  }

  tags = {
    Name        = "cis-worker"
    SourceImage = "{{ .SourceAMIName }}"
  }
}

build {
  sources = ["source.amazon-ebs.cis"]

  provisioner "file" {
    source      = var.cis_file
    destination = "/tmp/cis"
  }

  provisioner "file" {
    source      = "${path.root}/install.sh"
    destination = "/tmp/install.sh"
  }

  provisioner "shell" {
    inline = [
      "sudo sh /tmp/install.sh /tmp/cis ${var.scratch_size}",
      "rm /tmp/cis /tmp/install.sh",
    ]
  }
}
